import type pg from 'pg';
import { subscriptionCharges } from '#domain/billing/subscription-charges';
import type { Zone } from '#domain/billing/zones';
import type { SubscriptionChange } from '#domain/folds/subscription';
import type { EpochMs } from '#domain/instants';
import type { ChargedSource } from './reconciliation-charges.ts';

interface ChangeRow {
  org_id: string;
  subscription_id: string;
  event_id: string;
  action: string;
  changed_at: number;
  status: string;
  plan: string | null;
  price_minor: string | null;
  currency: string | null;
  interval: string | null;
  quantity: string;
  mrr_minor: string;
}

const statuses = ['incomplete', 'trialing', 'active', 'past_due', 'canceled'] as const;
const intervals = ['month', 'year'] as const;

/** What subscriptions come to up to an instant, period by period and change by change. */
export async function readSubscriptionCharges(
  db: pg.Pool | pg.ClientBase,
  orgIds: readonly string[],
  zoneAt: (orgId: string, at: EpochMs) => Zone,
  until: EpochMs,
): Promise<ChargedSource[]> {
  const { rows } = await db.query<ChangeRow>({
    name: 'reconcile-changes',
    text: `select org_id, subscription_id, event_id, action, extract(epoch from changed_at)::float8 * 1000 as changed_at, status, plan, price_minor,
        currency, interval, quantity, mrr_minor
      from subscription_change where org_id = any($1) order by org_id, subscription_id, changed_at, event_id collate "C"`,
    values: [orgIds],
  });
  const histories = new Map<string, { orgId: string; subscriptionId: string; changes: SubscriptionChange[] }>();
  for (const row of rows) {
    const { org_id: orgId, subscription_id: subscriptionId } = row;
    const key = JSON.stringify([orgId, subscriptionId]);
    const history = histories.get(key) ?? { orgId, subscriptionId, changes: [] };
    histories.set(key, history);
    history.changes.push(changeOf(row));
  }
  return [...histories.values()].flatMap(({ orgId, subscriptionId, changes }) =>
    subscriptionCharges({ subscriptionId, changes, zoneAt: (at) => zoneAt(orgId, at) }, until).map(
      ({ currency, amountMinor, period }): ChargedSource => ({
        orgId,
        stream: 'subscriptions',
        currency,
        source: `subscription:${subscriptionId}`,
        amountMinor,
        lastAt: period.end - 1,
      }),
    ),
  );
}

function changeOf(row: ChangeRow): SubscriptionChange {
  return {
    eventId: row.event_id,
    action: row.action,
    changedAt: Math.round(row.changed_at),
    status: statuses.find((known) => known === row.status) ?? 'incomplete',
    plan: row.plan ?? undefined,
    priceMinor: row.price_minor === null ? undefined : Number(row.price_minor),
    currency: row.currency ?? undefined,
    interval: intervals.find((known) => known === row.interval),
    quantity: Number(row.quantity),
    mrrMinor: BigInt(row.mrr_minor),
  };
}
