import type { Said } from '../../../../components/actions/toast.ts';
import { formatMoney } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import type { Outcome } from '../../../../services/provider/order-told.ts';
import type { SubscriptionOrdered } from '../../../../services/provider/subscription-orders.ts';

const { orders } = subscriptions;

/** What is said of an order that was done: what it put on the draft, or for when it waits. */
export function saidOf(title: string, outcome: Outcome<SubscriptionOrdered>, zone: string): Said | undefined {
  if (outcome.outcome !== 'done') return undefined;
  const { effectiveAt, netMinor, currency, isRated } = outcome.result;
  if (isRated === true && netMinor !== undefined)
    return { title, text: orders.booked(formatMoney(netMinor, currency)) };
  const at = effectiveAt === undefined || isRated !== undefined ? undefined : Date.parse(effectiveAt);
  return at === undefined ? { title } : { title, text: orders.ordered(formatInstant(at, zone, 'day')) };
}
