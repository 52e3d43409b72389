import type pg from 'pg';
import { subscriptionCharges } from '#domain/billing/subscription-charges';
import type { Zone } from '#domain/billing/zones';
import type { SubscriptionChange } from '#domain/folds/subscription';
import type { EpochMs } from '#domain/instants';
import type { ChargedSource } from './reconciliation-charges.ts';
import { changeColumns, readChange, type SubscriptionChangeRow } from './subscription-changes.ts';

interface ChangeRow extends SubscriptionChangeRow {
  org_id: string;
  subscription_id: string;
}

/** What subscriptions come to up to an instant, period by period and change by change. */
export async function readSubscriptionCharges(
  db: pg.Pool | pg.ClientBase,
  orgIds: readonly string[],
  zoneAt: (orgId: string, at: EpochMs) => Zone,
  until: EpochMs,
): Promise<ChargedSource[]> {
  const { rows } = await db.query<ChangeRow>({
    name: 'reconcile-changes',
    text: `select c.org_id, c.subscription_id, ${changeColumns('c')}
      from subscription_change c where org_id = any($1) order by c.org_id, c.subscription_id, c.changed_at, c.event_id collate "C"`,
    values: [orgIds],
  });
  const histories = new Map<string, { orgId: string; subscriptionId: string; changes: SubscriptionChange[] }>();
  for (const row of rows) {
    const { org_id: orgId, subscription_id: subscriptionId } = row;
    const key = JSON.stringify([orgId, subscriptionId]);
    const history = histories.get(key) ?? { orgId, subscriptionId, changes: [] };
    histories.set(key, history);
    history.changes.push(readChange(row));
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
