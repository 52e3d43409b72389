import { sumMinor } from '../money.ts';
import { movementsOf, orgTotalsBefore, type MovementKind, type MrrChange } from './mrr.ts';
import type { Period } from './periods.ts';
import { ratio, type Ratio } from './ratios.ts';

/** One currency over `[from, to)`. */
export interface MrrFigures {
  readonly currency: string;
  readonly startMinor: bigint;
  readonly endMinor: bigint;
  readonly movements: Readonly<Record<MovementKind, bigint>>;
  readonly logoChurn: Ratio | undefined;
  readonly grossChurn: Ratio | undefined;
  readonly netRetention: Ratio | undefined;
  readonly grossRetention: Ratio | undefined;
}

/**
 * The movements of a range, and churn and retention of the orgs above 0 at its start, reactivations left out, so that gross
 * retention is 1 - gross churn. The start does not include changes at that instant.
 */
export function mrrFigures(changes: readonly MrrChange[], range: Period): MrrFigures[] {
  const currencies = new Set(changes.map(({ currency }) => currency));
  return [...currencies].toSorted().map((currency) => {
    const own = changes.filter((one) => one.currency === currency);
    return { currency, ...figuresOf(own, range) };
  });
}

function figuresOf(changes: readonly MrrChange[], { start, end }: Period): Omit<MrrFigures, 'currency'> {
  const atStart = orgTotalsBefore(changes, start).filter(({ amountMinor }) => amountMinor > 0n);
  const atEnd = orgTotalsBefore(changes, end).filter(({ amountMinor }) => amountMinor > 0n);
  const present = new Set(atStart.map(({ orgId }) => orgId));
  const staying = new Set(atEnd.map(({ orgId }) => orgId));
  const movements = movementsOf(changes).filter(({ at }) => start <= at && at < end);
  const sums = sumsOf(movements);
  const { expansion, contraction, churn } = sumsOf(movements.filter(({ orgId }) => present.has(orgId)));
  const startMinor = sumMinor(atStart);
  return {
    startMinor,
    endMinor: sumMinor(atEnd),
    movements: sums,
    logoChurn: ratio(BigInt([...present].filter((orgId) => !staying.has(orgId)).length), BigInt(present.size)),
    grossChurn: ratio(churn + contraction, startMinor),
    netRetention: ratio(startMinor + expansion - contraction - churn, startMinor),
    grossRetention: ratio(startMinor - contraction - churn, startMinor),
  };
}

function sumsOf(movements: readonly { readonly kind: MovementKind; readonly amountMinor: bigint }[]) {
  const sums: Record<MovementKind, bigint> = { new: 0n, expansion: 0n, contraction: 0n, churn: 0n, reactivation: 0n };
  for (const { kind, amountMinor } of movements) sums[kind] += amountMinor;
  return sums;
}
