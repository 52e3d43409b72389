import type { StoryCalendar } from '../calendar.ts';
import { momentOf, type Moment, type Saying } from '../moments.ts';
import type { DemoOrg, SubscriptionStep } from '../org.ts';

/** By script, so that each of the five movements of MRR is there. */
export function subscriptionStory(org: DemoOrg, calendar: StoryCalendar): Moment[] {
  return org.subscriptions.map((step, index) =>
    momentOf(org.id, calendar.at(step.month, step.day), `subscription-${step.id}-${index}`, sayingOf(org, step)),
  );
}

function sayingOf({ currency }: DemoOrg, step: SubscriptionStep): Saying {
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
