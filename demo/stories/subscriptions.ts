import { addMonths } from '#domain/local-dates';
import type { StoryCalendar } from '../calendar.ts';
import { momentOf, type Moment, type Saying } from '../moments.ts';
import type { DemoOrg, SubscriptionStep } from '../org.ts';

/** By script, so that each of the five movements of MRR is there. */
export function subscriptionStory(org: DemoOrg, calendar: StoryCalendar): Moment[] {
  return org.subscriptions.map((step, index) =>
    momentOf(
      org.id,
      calendar.at(step.month, step.day),
      `subscription-${step.id}-${index}`,
      sayingOf(org, step, renewalOf(org, step, calendar)),
    ),
  );
}

/** The first renewal after the story's end. */
function renewalOf({ subscriptions }: DemoOrg, { id, month, day }: SubscriptionStep, calendar: StoryCalendar): string {
  const interval = subscriptions.findLast((step) => step.id === id && step.interval !== undefined)?.interval;
  const started = new Date(calendar.at(month, day)).toISOString();
  const end = calendar.days.at(-1)?.date ?? '';
  let date = started.slice(0, 10);
  for (let periods = 1; date <= end; periods += 1)
    date = addMonths(started.slice(0, 10), periods * (interval === 'year' ? 12 : 1));
  return `${date}${started.slice(10)}`;
}

function sayingOf({ currency }: DemoOrg, step: SubscriptionStep, renewsAt: string): Saying {
  const { id: subscriptionId, is, plan = '', status, priceMinor, interval, quantity } = step;
  switch (is) {
    case 'created':
      return {
        type: 'subscription.created',
        data: {
          subscriptionId,
          plan,
          status: status === 'trialing' ? 'trialing' : 'active',
          priceMinor: priceMinor ?? 0,
          currency,
          interval: interval ?? 'month',
          ...(quantity !== undefined && { quantity }),
          renewsAt,
        },
      };
    case 'updated':
      return {
        type: 'subscription.updated',
        data: {
          subscriptionId,
          ...(plan !== '' && { plan }),
          ...(status && { status }),
          ...(priceMinor !== undefined && { priceMinor }),
          ...(interval && { interval }),
          ...(quantity !== undefined && { quantity }),
        },
      };
    case 'canceled':
      return { type: 'subscription.canceled', data: { subscriptionId, reason: 'too expensive' } };
  }
}
