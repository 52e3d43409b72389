import type pg from 'pg';
import type { MrrChange } from '#domain/billing/mrr';

/** What the rules of MRR are asked about: all changes of all orgs. */
export async function loadMrrChanges(admin: pg.Pool): Promise<MrrChange[]> {
  const { rows } = await admin.query<{
    org_id: string;
    subscription_id: string;
    event_id: string;
    changed_at: Date;
    currency: string;
    mrr_minor: string;
  }>('select * from subscription_change where currency is not null');
  return rows.map((row) => ({
    orgId: row.org_id,
    subscriptionId: row.subscription_id,
    eventId: row.event_id,
    changedAt: row.changed_at.getTime(),
    currency: row.currency,
    mrrMinor: BigInt(row.mrr_minor),
  }));
}
