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
 * dispute is open, or could not be booked, is held or gone there and paid here. So with what went back of a charge.
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
      from charge_to_explain c where c.org_id = any($1)`,
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
  return [
    ...matchWithProvider(payments, theirs.rows.map(chargeOf)),
    ...disputed,
    ...(await readRefundMismatches(db, orgIds)),
  ];
}

interface RefundRow extends ChargeRow {
  theirs: string;
  ours: string;
  made: string;
}

/**
 * More of a charge went back there than was ordered here, or less than was made here by when the list was read; what was sent within its last hour may
 * have been on its way.
 */
async function readRefundMismatches(db: pg.Pool | pg.ClientBase, orgIds: readonly string[]): Promise<Mismatch[]> {
  const { rows } = await db.query<RefundRow>({
    name: 'match-refunds',
    text: `select p.provider || '/' || p.provider_ref as provider_ref, p.org_id, p.invoice_id, p.amount_minor as minor, p.currency, p.method,
        t.minor as theirs, o.ours, o.made
      from payment p join provider_watermark w on w.provider = p.provider and w.refunds_since is not null
        cross join lateral (select coalesce(sum(t.amount_minor), 0) as minor from provider_refund t
          where t.provider = p.provider and t.charge_ref = p.provider_ref and t.status <> 'failed') t
        cross join lateral (select coalesce(sum(r.amount_minor) filter (where r.status <> 'failed'), 0) as ours,
            coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'
              and coalesce(r.sent_at, r.at) <= w.through - interval '1 hour'), 0) as made
          from refund r where r.org_id = p.org_id and r.invoice_id = p.invoice_id and r.payment_ref = p.ref) o
      where p.org_id = any($1) and p.status = 'succeeded' and (t.minor > o.ours or t.minor < o.made)
      order by 1`,
    values: [orgIds],
  });
  return rows.map((row): Mismatch => {
    const { theirs, ours, made } = row;
    const isGone = BigInt(theirs) > BigInt(ours);
    return {
      providerRef: row.provider_ref,
      problem: isGone ? 'refunded_at_provider' : 'refund_missing_at_provider',
      ours: [chargeOf({ ...row, minor: isGone ? ours : made })],
      theirs: [chargeOf({ ...row, minor: theirs })],
    };
  });
}

function chargeOf({ provider_ref, org_id, invoice_id, minor, currency }: ChargeRow): MatchedCharge {
  return { providerRef: provider_ref, orgId: org_id, invoiceId: invoice_id, amountMinor: BigInt(minor), currency };
}
