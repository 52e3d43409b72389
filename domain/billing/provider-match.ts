/** A succeeded payment of ours, or a succeeded charge of the provider's. */
export interface MatchedCharge {
  readonly providerRef: string;
  readonly orgId: string;
  readonly invoiceId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
}

export interface OwnPayment extends MatchedCharge {
  readonly method: string;
}

export interface Mismatch {
  readonly providerRef: string;
  readonly problem:
    | 'missing_at_provider'
    | 'missing_in_books'
    | 'differs'
    | 'doubled'
    | 'disputed'
    | 'refunded_at_provider'
    | 'refund_missing_at_provider';
  readonly ours: readonly MatchedCharge[];
  readonly theirs: readonly MatchedCharge[];
}

/** The books must equal the provider's, both ways: one payment for one charge, alike in org, invoice, amount and currency. */
export function matchWithProvider(payments: readonly OwnPayment[], charges: readonly MatchedCharge[]): Mismatch[] {
  const ours = byRef(payments.filter(({ method }) => method !== 'credit'));
  const theirs = byRef(charges);
  const refs = [...new Set([...ours.keys(), ...theirs.keys()])].toSorted();
  return refs.flatMap((providerRef) => {
    const pair = { ours: ours.get(providerRef) ?? [], theirs: theirs.get(providerRef) ?? [] };
    const problem = problemOf(pair.ours, pair.theirs);
    return problem ? [{ providerRef, problem, ...pair }] : [];
  });
}

function problemOf(ours: readonly MatchedCharge[], theirs: readonly MatchedCharge[]): Mismatch['problem'] | undefined {
  const [payment, secondPayment] = ours;
  const [charge, secondCharge] = theirs;
  if (!payment) return 'missing_in_books';
  if (!charge) return 'missing_at_provider';
  if (secondPayment ?? secondCharge) return 'doubled';
  const isAlike =
    payment.orgId === charge.orgId &&
    payment.invoiceId === charge.invoiceId &&
    payment.amountMinor === charge.amountMinor &&
    payment.currency === charge.currency;
  return isAlike ? undefined : 'differs';
}

function byRef<T extends MatchedCharge>(all: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) found.set(one.providerRef, [...(found.get(one.providerRef) ?? []), one]);
  return found;
}
