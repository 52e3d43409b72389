import { dayMs, hourMs, minuteMs } from '#domain/instants';
import type { StoryCalendar, StoryDay } from '../calendar.ts';
import { momentOf, type Moment } from '../moments.ts';
import type { DemoOrg } from '../org.ts';
import { diceOf } from '../random.ts';

const severities = ['critical', 'high', 'medium', 'low'] as const;
const titles = [
  'Login fails for some users',
  'Exports are slow',
  'Webhooks arrive late',
  'Wrong totals on a report',
] as const;
/** Within which each is to be solved. */
const targetMs = { critical: 4 * hourMs, high: 8 * hourMs, medium: 3 * dayMs, low: 7 * dayMs } as const;
const daysOfMonth = 30;
const breachedShare = 0.3;
const escalatedShare = 0.4;
/** The story ends in days with more of what takes long, so that some are open while there is still time. */
const lastDays = { count: 5, times: 3, severities: ['medium', 'low'] } as const;
/** Only of its last two weeks is anything forgotten. */
const forgotten = { days: 14, share: 0.15 } as const;

/** Some solved in time, some too late, a few still open; some escalated on the way. */
export function incidentStory(org: DemoOrg, { days }: StoryCalendar): Moment[] {
  return days
    .map((day, index) => ({ ...day, daysLeft: days.length - 1 - index }))
    .filter(({ month }) => month >= org.since)
    .flatMap((day) => incidentOf(org, day));
}

function incidentOf(org: DemoOrg, { date, start, daysLeft }: StoryDay & { readonly daysLeft: number }): Moment[] {
  const dice = diceOf(`incident/${org.id}/${date}`);
  const isLast = daysLeft < lastDays.count;
  if (!dice.isLucky((org.incidents / daysOfMonth) * (isLast ? lastDays.times : 1))) return [];
  const incidentId = `incident-${date}`;
  const severity = dice.pick(isLast ? lastDays.severities : severities);
  const at = start + dice.between(0, 20) * hourMs;
  const opened = momentOf(org.id, at, `${incidentId}-opened`, {
    type: 'incident.opened',
    data: { incidentId, title: dice.pick(titles), severity, description: 'Seen by several people since this morning.' },
  });
  const escalated = momentOf(org.id, at + 10 * minuteMs, `${incidentId}-escalated`, {
    type: 'incident.escalated',
    data: { incidentId, level: dice.between(1, 3), reason: 'no one is on it' },
  });
  const share = dice.isLucky(breachedShare) ? 1.5 : 0.5;
  const resolved = momentOf(org.id, at + share * targetMs[severity], `${incidentId}-resolved`, {
    type: 'incident.resolved',
    data: { incidentId, resolution: 'A setting was put right.' },
  });
  const isForgotten = dice.isLucky(forgotten.share) && daysLeft < forgotten.days;
  return [opened, ...(dice.isLucky(escalatedShare) ? [escalated] : []), ...(isForgotten ? [] : [resolved])];
}
