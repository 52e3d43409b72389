import type { StoryCalendar } from './calendar.ts';
import type { Moment } from './moments.ts';
import type { DemoOrg } from './org.ts';
import { aiStory } from './stories/ai.ts';
import { addonStory } from './stories/addons.ts';
import { evaluationStory } from './stories/evaluations.ts';
import { incidentStory } from './stories/incidents.ts';
import { leadStory } from './stories/leads.ts';
import { reportedInvoiceStory } from './stories/reported-invoices.ts';
import { subscriptionStory } from './stories/subscriptions.ts';
import { usageStory } from './stories/usage.ts';

export interface StoryOptions {
  /** Usage is told once in so many days. */
  readonly usageEveryDays: number;
  /** In front of the ids of orgs: the same story may be told of others. */
  readonly prefix: string;
}

/** Everything that the orgs tell, in the order of its time. The same for the same arguments. */
export function storyOf(orgs: readonly DemoOrg[], calendar: StoryCalendar, options: StoryOptions): Moment[] {
  const from = calendar.days[0]?.start ?? 0;
  const until = (calendar.days.at(-1)?.start ?? 0) + 86_400_000;
  return orgs
    .map((org) => ({ ...org, id: `${options.prefix}${org.id}` }))
    .flatMap((org) => [
      ...subscriptionStory(org, calendar),
      ...leadStory(org, calendar),
      ...usageStory(org, calendar, options.usageEveryDays),
      ...addonStory(org, calendar),
      ...aiStory(org, calendar),
      ...evaluationStory(org, calendar),
      ...incidentStory(org, calendar),
      ...reportedInvoiceStory(org, calendar),
    ])
    .filter(({ at }) => from <= at && at < until)
    .toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
}
