import type pg from 'pg';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { isOtherTerms, previewChange, type NewTerms, type OrderTime } from '#domain/billing/subscription-orders';
import type { EpochMs } from '#domain/instants';
import type { Done, StaffCommand } from './command.ts';
import { effectiveAt, readSubscription } from './on-subscription.ts';
import { rateOrg } from './rate-org.ts';
import { schedule, withdraw } from './schedule.ts';
import { tellEvent } from './tell-event.ts';

/** Gives a subscription new terms, now or when it renews. What waited for its renewal before is withdrawn. Key: the command's event. */
export async function changePlan(
  client: pg.ClientBase,
  command: StaffCommand,
  { subscriptionId, versionSeen, netSeen, when, ...terms }: StaffCommandBody<'change_plan'>,
): Promise<Done | Refusal> {
  return takeEffect(client, command, { subscriptionId, versionSeen, netSeen, when, next: terms });
}

/** Ends a subscription, now or with the period that is paid for. Key: the command's event. */
export async function cancelSubscription(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'cancel_subscription'>,
): Promise<Done | Refusal> {
  return takeEffect(client, command, { ...body, next: 'end' });
}

/** Takes back a cancellation that waits, or starts a subscription again that has ended, on the terms it had. Key: the command's event. */
export async function reactivateSubscription(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'reactivate_subscription'>,
): Promise<Done | Refusal> {
  const { orgId, at } = command;
  const { subscriptionId } = body;
  const met = await readSubscription(client, command, body);
  if (isRefusal(met)) return met;
  if (met.last.status !== 'canceled') {
    const withdrawn = await withdraw(client, orgId, subscriptionId, ['cancel']);
    return withdrawn === 0 ? refusal('subscription_runs') : { result: { subscriptionId, withdrawn } };
  }
  if (met.last.priceMinor === undefined || met.last.interval === undefined) return refusal('terms_incomplete');
  const told = await tellEvent(client, command, {
    entity: { orgId, kind: 'subscription', id: subscriptionId },
    type: 'subscription.updated',
    data: { subscriptionId, status: 'active' },
    at,
  });
  if (isRefusal(told)) return told;
  // What waited for a renewal when the tenant ended it.
  const withdrawn = await withdraw(client, orgId, subscriptionId, ['plan', 'cancel']);
  return { result: { subscriptionId, ...told, withdrawn, isRated: await rateOrg(client, command) } };
}

interface Ordered {
  readonly subscriptionId: string;
  readonly versionSeen?: number | undefined;
  readonly netSeen?: string | undefined;
  readonly when: OrderTime;
  readonly next: NewTerms | 'end';
}

async function takeEffect(client: pg.ClientBase, command: StaffCommand, ordered: Ordered): Promise<Done | Refusal> {
  const { orgId, at } = command;
  const { subscriptionId, netSeen, when, next } = ordered;
  const met = await readSubscription(client, command, ordered);
  if (isRefusal(met)) return met;
  if (met.last.status === 'canceled') return refusal('subscription_ended');
  if (next !== 'end' && !isOtherTerms(met.last, next)) return refusal('nothing_changes');
  const effective = effectiveAt(met, when, at);
  if (typeof effective === 'object') return effective;
  const preview = previewChange(met.history, next, effective);
  if (!preview) return refusal('terms_incomplete');
  if (netSeen !== undefined && BigInt(netSeen) !== preview.netMinor) return refusal('changed_meanwhile');
  const { currency } = met.last;
  const result = {
    subscriptionId,
    when,
    effectiveAt: new Date(effective).toISOString(),
    netMinor: String(preview.netMinor),
    currency,
  };
  const telling = tellingOf(command, ordered, effective);
  if (when === 'renewal') {
    const withdrawn = await withdraw(client, orgId, subscriptionId, ['plan', 'cancel']);
    await schedule(client, command, telling);
    return { result: { ...result, withdrawn } };
  }
  // An end that waits stands beside new terms; after an end nothing waits any more.
  const withdrawn = await withdraw(client, orgId, subscriptionId, next === 'end' ? ['plan', 'cancel'] : ['plan']);
  const told = await tellEvent(client, command, telling);
  if (isRefusal(told)) return told;
  return { result: { ...result, ...told, withdrawn, isRated: await rateOrg(client, command) } };
}

function tellingOf({ orgId, reason }: StaffCommand, { subscriptionId, next }: Ordered, at: EpochMs) {
  const entity = { orgId, kind: 'subscription', id: subscriptionId } as const;
  if (next === 'end') return { entity, type: 'subscription.canceled', data: { subscriptionId, reason }, at } as const;
  return { entity, type: 'subscription.updated', data: { subscriptionId, ...next }, at } as const;
}
