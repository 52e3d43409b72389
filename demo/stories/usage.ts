import type { UsageData } from '#client/events';
import { dayMs, hourMs } from '#domain/instants';
import type { StoryCalendar, StoryDay } from '../calendar.ts';
import { usageMoment, type Moment } from '../moments.ts';
import type { DemoOrg } from '../org.ts';
import { diceOf } from '../random.ts';

const weekendShare = 0.35;
const monthlyGrowth = 0.03;
/** Now and then a row comes after its month was closed. */
const lateShare = 0.1;
const lateDay = 6;

/** Calls of every day, seats and storage once a week, exports now and then, told together every so many days and at a month's end. */
export function usageStory(org: DemoOrg, calendar: StoryCalendar, everyDays: number): Moment[] {
  const days = calendar.days.filter((day) => isBilled(org, day));
  const moments: Moment[] = [];
  let waiting: UsageData[] = [];
  for (const [index, day] of days.entries()) {
    waiting.push(...rowsOf(org, day));
    const isLastOfMonth = days[index + 1]?.month !== day.month;
    if (day.dayOfMonth % everyDays !== 0 && !isLastOfMonth) continue;
    moments.push(usageMoment(org.id, day.start + 23 * hourMs, `usage-${day.date}`, waiting));
    waiting = [];
  }
  return [...moments, ...days.flatMap((day) => lateRow(org, day))];
}

/** From the second day on: on the first one, west of Greenwich, the month before the plan goes on. */
function isBilled({ since }: DemoOrg, { month, dayOfMonth }: StoryDay): boolean {
  return month > since || (month === since && dayOfMonth > 1);
}

function rowsOf(org: DemoOrg, { date, start, month, dayOfMonth }: StoryDay): UsageData[] {
  const dice = diceOf(`usage/${org.id}/${date}`);
  const isWeekend = [0, 6].includes(new Date(start).getUTCDay());
  const grown = org.callsPerDay * (1 + monthlyGrowth * month) * (isWeekend ? weekendShare : 1);
  const row = (meter: string, quantity: number | string): UsageData => ({
    meter,
    quantity,
    windowStart: new Date(start).toISOString(),
    windowEnd: new Date(start + dayMs).toISOString(),
    id: `${meter}-${date}`,
  });
  const rows = [row('api.calls', Math.round(grown * (0.8 + 0.4 * dice.roll())))];
  if (dayOfMonth % 7 === 1) rows.push(row('seats', dice.between(3, 9 + month)));
  if (dayOfMonth % 7 === 3)
    rows.push(row('storage.gb', `${dice.between(80, 240 + 20 * month)}.${dice.between(0, 999)}5`));
  if (dice.isLucky(0.4)) rows.push(row('exports', dice.between(1, 5)));
  return rows;
}

function lateRow(org: DemoOrg, { date, start, month, dayOfMonth }: StoryDay): Moment[] {
  if (dayOfMonth !== lateDay || month === org.since || !diceOf(`late/${org.id}/${date}`).isLucky(lateShare * 3))
    return [];
  const windowStart = start - (lateDay + 1) * dayMs;
  const late = {
    meter: 'api.calls',
    quantity: 777,
    windowStart: new Date(windowStart).toISOString(),
    windowEnd: new Date(windowStart + hourMs).toISOString(),
    id: `late-${date}`,
  };
  return [usageMoment(org.id, start + 9 * hourMs, `usage-late-${date}`, [late])];
}
