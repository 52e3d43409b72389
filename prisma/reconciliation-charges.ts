import type pg from 'pg';
import type { BilledStream } from '#domain/billing/streams';
import type { EpochMs } from '#domain/instants';

/** What a source row should come to, read from the row itself and not from what was billed of it. */
export interface ChargedSource {
  readonly orgId: string;
  readonly stream: BilledStream;
  readonly currency: string;
  /** A lead, a subscription, a meter's period, a purchase. */
  readonly source: string;
  readonly amountMinor: bigint;
  /** The last instant that the charge is for: its month is the one that holds it. */
  readonly lastAt: EpochMs;
}

interface ChargeRow {
  org_id: string;
  stream: BilledStream;
  currency: string;
  source: string;
  minor: string;
  at_ms: number;
}

/** Converted leads with a fee, add-ons and their refunds, and bought AI credits. */
export async function readSingleCharges(
  db: pg.Pool | pg.ClientBase,
  orgIds: readonly string[],
): Promise<ChargedSource[]> {
  const { rows } = await db.query<ChargeRow>({
    name: 'reconcile-singles',
    text: `select c.*, extract(epoch from c.at)::float8 * 1000 as at_ms from (
        select org_id, 'leads' as stream, fee_currency as currency, 'lead:' || id as source, fee_minor as minor, converted_at as at
        from lead where org_id = any($1) and status = 'converted' and fee_minor is not null and fee_currency is not null
        union all
        select org_id, 'addons', currency, 'addon:' || id, amount_minor, purchased_at from addon_purchase
        where org_id = any($1) and amount_minor is not null and currency is not null and purchased_at is not null
        union all
        select r.org_id, 'addons', p.currency, 'addon:' || p.id, -r.amount_minor, r.refunded_at
        from addon_refund r join addon_purchase p on p.org_id = r.org_id and p.id = r.purchase_id
        where r.org_id = any($1) and p.currency is not null
        union all
        select org_id, 'ai', currency, 'credits:' || id, amount_minor, granted_at from credit_grant
        where org_id = any($1) and source = 'purchase' and amount_minor is not null and currency is not null) c`,
    values: [orgIds],
  });
  return rows.map(({ org_id, stream, currency, source, minor, at_ms }) => ({
    orgId: org_id,
    stream,
    currency,
    source,
    amountMinor: BigInt(minor),
    lastAt: Math.round(at_ms),
  }));
}
