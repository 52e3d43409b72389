import type pg from 'pg';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { SubscriptionHistory } from '#domain/billing/subscription-charges';
import { renewalOf, type OrderTime } from '#domain/billing/subscription-orders';
import type { SubscriptionChange } from '#domain/folds/subscription';
import type { EpochMs } from '#domain/instants';
import { changeColumns, readChange, type SubscriptionChangeRow } from '#prisma/subscription-changes';
import { loadTerms } from '../billing/load-terms.ts';
import { msOf } from '../instant-text.ts';
import type { StaffCommand } from './command.ts';

/** A subscription as an order meets it. */
export interface MetSubscription {
  readonly history: SubscriptionHistory;
  /** The terms that hold now. */
  readonly last: SubscriptionChange;
  readonly trialEndsAt: EpochMs | undefined;
}

/** Refused where there is none, where it is not what staff saw, or where the tenant has told a part of it only. */
export async function readSubscription(
  client: pg.ClientBase,
  { orgId, at }: StaffCommand,
  { subscriptionId, versionSeen }: { readonly subscriptionId: string; readonly versionSeen?: number | undefined },
): Promise<MetSubscription | Refusal> {
  const { rows } = await client.query<{ version: number; trial_ms: number | null }>({
    text: `select version, ${msOf('trial_ends_at')} as trial_ms from subscription where org_id = $1 and id = $2`,
    values: [orgId, subscriptionId],
  });
  const [row] = rows;
  if (!row) return refusal('unknown_subscription');
  if (versionSeen !== undefined && versionSeen !== row.version) return refusal('changed_meanwhile');
  const terms = (await loadTerms(client, [orgId])).get(orgId);
  const changes = await readChanges(client, orgId, subscriptionId);
  const last = changes.findLast(({ changedAt }) => changedAt <= at);
  if (!terms || !last || last.status === 'incomplete') return refusal('terms_incomplete');
  const history = { subscriptionId, changes, zoneAt: terms.zoneAt };
  return { history, last, trialEndsAt: row.trial_ms ?? undefined };
}

/** When an order takes effect; refused where nothing tells when the subscription renews. */
export function effectiveAt(
  { history, trialEndsAt }: MetSubscription,
  when: OrderTime,
  at: EpochMs,
): EpochMs | Refusal {
  return when === 'now' ? at : (renewalOf(history, trialEndsAt, at) ?? refusal('no_renewal'));
}

async function readChanges(client: pg.ClientBase, orgId: string, subscriptionId: string) {
  const { rows } = await client.query<SubscriptionChangeRow>({
    text: `select ${changeColumns('c')} from subscription_change c where c.org_id = $1 and c.subscription_id = $2
      order by c.changed_at, c.event_id collate "C"`,
    values: [orgId, subscriptionId],
  });
  return rows.map(readChange);
}
