import { dayMs, hourMs } from '#domain/instants';
import type { StoryCalendar, StoryDay } from '../calendar.ts';
import { momentOf, type Moment } from '../moments.ts';
import type { DemoOrg } from '../org.ts';
import { diceOf } from '../random.ts';

const convertingShare = 0.45;
/** Some orgs tell how good a lead looks to them. */
const scoredShare = 0.5;
const unpricedShare = 0.15;
const daysToConvertMax = 20;
const companies = ['Northwind', 'Contoso', 'Globex', 'Initech', 'Umbrella', 'Hooli', 'Vandelay', 'Stark'] as const;
const sources = ['web', 'referral', 'fair', 'partner'] as const;

/** A few each month; some convert, most of those with a fee. */
export function leadStory(org: DemoOrg, { days }: StoryCalendar): Moment[] {
  return days.filter(({ month }) => month >= org.since).flatMap((day) => leadsOf(org, day));
}

function leadsOf(org: DemoOrg, { date, start }: StoryDay): Moment[] {
  const dice = diceOf(`lead/${org.id}/${date}`);
  if (!dice.isLucky(org.leadsPerMonth / 30)) return [];
  // Of its own, so that what else is told of the day stays as it was.
  const taste = diceOf(`score/${org.id}/${date}`);
  const { currency } = org;
  const leadId = `lead-${date}`;
  const at = start + dice.between(7, 17) * hourMs;
  const created = momentOf(org.id, at, `${leadId}-created`, {
    type: 'lead.created',
    data: {
      leadId,
      source: dice.pick(sources),
      company: dice.pick(companies),
      email: `lead-${date}@example.com`,
      valueMinor: dice.between(500, 20_000) * 100,
      currency,
      ...(taste.isLucky(scoredShare) && { meta: { qualityScore: taste.between(10, 99) } }),
    },
  });
  if (!dice.isLucky(convertingShare)) return [created];
  const fee = dice.isLucky(unpricedShare) ? {} : { feeMinor: org.leadFeeMinor, currency };
  const convertedAt = at + dice.between(1, daysToConvertMax) * dayMs;
  return [
    created,
    momentOf(org.id, convertedAt, `${leadId}-converted`, { type: 'lead.converted', data: { leadId, ...fee } }),
  ];
}
