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
const breachedShare = 0.3;
const openShare = 0.08;

/** Some solved in time, some too late, some still open; some escalated on the way. */
export function incidentStory(org: DemoOrg, { days }: StoryCalendar): Moment[] {
  return days.filter(({ month }) => month >= org.since).flatMap((day) => incidentOf(org, day));
}

function incidentOf(org: DemoOrg, { date, start }: StoryDay): Moment[] {
  const dice = diceOf(`incident/${org.id}/${date}`);
  if (!dice.isLucky(org.incidents / 30)) return [];
  const incidentId = `incident-${date}`;
  const severity = dice.pick(severities);
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
  return [opened, ...(dice.isLucky(0.4) ? [escalated] : []), ...(dice.isLucky(openShare) ? [] : [resolved])];
}
