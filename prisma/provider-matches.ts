import type pg from 'pg';
import { matchWithProvider, type MatchedCharge, type Mismatch, type OwnPayment } from '#domain/billing/provider-match';

interface ChargeRow {
  provider_ref: string;
  org_id: string;
  invoice_id: string;
  minor: string;
  currency: string;
  method: string | null;
}

/**
 * Where our payments and the provider's list of charges differ, either way; of ours those that the list as it was read last should have. A charge whose
 * dispute is open, or could not be booked, is held or gone there and paid here.
 */
export async function readProviderMismatches(
  db: pg.Pool | pg.ClientBase,
  orgIds: readonly string[],
): Promise<Mismatch[]> {
  const ours = await db.query<ChargeRow>({
    name: 'match-payments',
    text: `select p.provider || '/' || coalesce(p.provider_ref, '') as provider_ref, p.org_id, p.invoice_id, p.amount_minor as minor, p.currency, p.method
      from payment p where p.org_id = any($1) and p.provider is not null and p.status = 'succeeded'
        and (exists (select from provider_charge c where c.provider = p.provider and c.ref = p.provider_ref)
          or exists (select from provider_watermark w where w.provider = p.provider and p.settled_at <= w.through
            and coalesce(p.sent_at, p.settled_at) >= w.since))`,
    values: [orgIds],
  });
  const theirs = await db.query<ChargeRow>({
    name: 'match-charges',
    text: `select c.provider || '/' || c.ref as provider_ref, c.org_id, c.invoice_id, c.amount_minor as minor, c.currency, null as method
      from provider_charge c where c.org_id = any($1) and c.status = 'succeeded'`,
    values: [orgIds],
  });
  const disputes = await db.query<ChargeRow>({
    name: 'match-disputes',
    text: `select d.provider || '/' || d.charge_ref as provider_ref, d.org_id, d.invoice_id, d.amount_minor as minor, d.currency, null as method
      from provider_dispute d where d.org_id = any($1) and (d.status = 'open' or d.status is distinct from d.booked_status) order by d.opened_at, d.ref`,
    values: [orgIds],
  });
  const payments = ours.rows.map((row): OwnPayment => ({ ...chargeOf(row), method: row.method ?? 'card' }));
  const disputed = disputes.rows.map(chargeOf).map((charge): Mismatch => ({
    providerRef: charge.providerRef,
    problem: 'disputed',
    ours: payments.filter(({ providerRef }) => providerRef === charge.providerRef),
    theirs: [charge],
  }));
  return [...matchWithProvider(payments, theirs.rows.map(chargeOf)), ...disputed];
}

function chargeOf({ provider_ref, org_id, invoice_id, minor, currency }: ChargeRow): MatchedCharge {
  return { providerRef: provider_ref, orgId: org_id, invoiceId: invoice_id, amountMinor: BigInt(minor), currency };
}
