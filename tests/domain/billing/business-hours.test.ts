import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBusinessHours, reachedAt, weekdays, type BusinessHours } from '#domain/billing/business-hours';
import { folds } from '#domain/folds';
import { dueInstants } from '#domain/folds/incident';
import { dayMs, hourMs, minuteMs } from '#domain/instants';
import { history } from '../folds/history.ts';

const office: BusinessHours = {
  timeZone: 'Europe/Berlin',
  weekly: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, ['09:00-17:00']])),
  holidays: ['2026-12-25'],
};
const always: BusinessHours = {
  timeZone: 'Europe/Berlin',
  weekly: Object.fromEntries(weekdays.map((day) => [day, ['00:00-24:00']])),
  holidays: [],
};
const split: BusinessHours = { ...office, weekly: { mon: ['09:00-12:00', '13:00-17:00'] } };
/** Clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October. */
const nights: BusinessHours = { ...office, weekly: { sun: ['00:00-04:00'] } };

describe('a clock in business hours', () => {
  test.each<[string, BusinessHours, string, number, string]>([
    ['runs on within a day', office, '2026-11-23T10:00+01:00', 4, '2026-11-23T14:00+01:00'],
    ['stands at night', office, '2026-11-23T15:00+01:00', 4, '2026-11-24T11:00+01:00'],
    ['stands over the weekend', office, '2026-11-27T16:00+01:00', 8, '2026-11-30T16:00+01:00'],
    ['begins with the next opening', office, '2026-11-28T12:00+01:00', 1, '2026-11-30T10:00+01:00'],
    ['ends on the closing, not on the next opening', office, '2026-11-23T09:00+01:00', 8, '2026-11-23T17:00+01:00'],
    ['stands on a holiday', office, '2026-12-24T16:00+01:00', 2, '2026-12-28T10:00+01:00'],
    ['stands at noon', split, '2026-11-23T11:00+01:00', 2, '2026-11-23T14:00+01:00'],
    ['keeps local hours when summer comes', office, '2026-03-27T16:00+01:00', 2, '2026-03-30T10:00+02:00'],
    ['keeps local hours when winter comes', office, '2026-10-23T16:00+02:00', 2, '2026-10-26T10:00+01:00'],
    ['loses the hour that is skipped', nights, '2026-03-29T00:00+01:00', 3.5, '2026-04-05T00:30+02:00'],
    ['gains the hour that comes twice', nights, '2026-10-25T00:00+02:00', 5, '2026-10-25T04:00+01:00'],
    ['runs through a change of clocks', always, '2026-03-28T12:00+01:00', 24, '2026-03-29T13:00+02:00'],
    ['counts a day of the year 2000', office, '2000-02-28T16:00+01:00', 9, '2000-02-29T17:00+01:00'],
  ])('%s', (_, hours, from, targetHours, due) => {
    const reached = reachedAt(hours, [{ from: Date.parse(from) }], targetHours * hourMs);
    expect(new Date(reached ?? 0).toISOString()).toBe(new Date(due).toISOString());
  });

  test.each<[string, readonly [string, string?][], string]>([
    ['does not count what stood between', [['23T09', '23T10'], ['25T09']], '25T12'],
    ['is over in the span in which it ran out', [['23T09', '23T17'], ['25T09']], '23T13'],
    ['counts nothing of a span outside of them', [['21T09', '22T18'], ['23T09']], '23T13'],
    ['goes on after the last span ended', [['23T09', '23T10']], '23T13'],
  ])('%s', (_, told, due) => {
    const at = (text: string) => Date.parse(`2026-11-${text}:00+01:00`);
    const spans = told.map(([from, to]) => ({ from: at(from), to: to === undefined ? undefined : at(to) }));
    expect(reachedAt(office, spans, 4 * hourMs)).toBe(at(due));
  });

  test('round the clock is calendar time, for every instant, target and zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
        fc.integer({ min: 1, max: 40 * dayMs }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Cairo'),
        (from, target, timeZone) => {
          expect(reachedAt({ ...always, timeZone }, [{ from }], target)).toBe(from + target);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a longer target is later, a holiday more is never earlier, and what is due lies in or at the end of the hours', () => {
    const day = fc.integer({ min: 0, max: 400 }).map((n) => new Date(Date.UTC(2026, 0, 1) + n * dayMs));
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 1, max: 6_000 }),
        day,
        (on, minute, target, holiday) => {
          const from = on.getTime() + minute * minuteMs;
          const due = (hours: BusinessHours, ms: number) => reachedAt(hours, [{ from }], ms) ?? 0;
          const at = due(office, target * minuteMs);
          expect(due(office, (target + 1) * minuteMs)).toBeGreaterThan(at);
          const fewer = { ...office, holidays: [...office.holidays, holiday.toISOString().slice(0, 10)] };
          expect(due(fewer, target * minuteMs)).toBeGreaterThanOrEqual(at);
          const shown = new Intl.DateTimeFormat('en-GB', {
            timeZone: 'Europe/Berlin',
            weekday: 'short',
            timeStyle: undefined,
            hour: '2-digit',
            minute: '2-digit',
          }).format(at);
          expect(shown).toMatch(/^(Mon|Tue|Wed|Thu|Fri),? (09:[0-5]\d|1[0-6]:\d\d|17:00)$/);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what is refused as business hours', () => {
  const weekly = office.weekly;
  test.each<[string, unknown, string]>([
    ['a zone that is none', { timeZone: 'Mars/Base', weekly }, 'timeZone'],
    ['a day that is none', { timeZone: 'UTC', weekly: { ...weekly, monday: ['09:00-17:00'] } }, 'weekly'],
    ['hours that end before they begin', { timeZone: 'UTC', weekly: { mon: ['17:00-09:00'] } }, 'weekly.mon.0'],
    ['hours over midnight', { timeZone: 'UTC', weekly: { mon: ['22:00-26:00'] } }, 'weekly.mon.0'],
    ['hours that overlap', { timeZone: 'UTC', weekly: { mon: ['09:00-12:00', '11:00-17:00'] } }, 'weekly.mon'],
    ['no hours', { timeZone: 'UTC', weekly: {} }, 'weekly'],
    ['less than an hour a week', { timeZone: 'UTC', weekly: { mon: ['09:00-09:59'] } }, 'weekly'],
    ['a holiday that is no day', { timeZone: 'UTC', weekly, holidays: ['2026-02-30'] }, 'holidays.0'],
    ['a member that is not known', { timeZone: 'UTC', weekly, hours: 8 }, 'hours'],
  ])('%s', (_, value, path) => {
    const read = parseBusinessHours(value);
    expect(read.ok ? [] : read.issues.map((issue) => issue.path)).toContainEqual(
      expect.stringMatching(new RegExp(`^${path}`)),
    );
  });
});

test('the targets of an incident run in the hours of its org, also after it was opened again', () => {
  const at = (text: string) => (Date.parse(`2026-11-${text}+01:00`) - Date.UTC(2026, 0, 1)) / minuteMs;
  const opened = { type: 'incident.opened', data: { incidentId: 'I', title: 't', severity: 'high' } } as const;
  const resolved = { type: 'incident.resolved', data: { incidentId: 'I' } } as const;
  const { state } = folds.incident(
    history([
      { ...opened, at: at('20T16:30') },
      { ...resolved, at: at('23T10:00') },
      { ...opened, at: at('25T09:00') },
    ]),
  );
  const due = state && dueInstants(state, office);
  const text = (ms = 0) => new Date(ms).toISOString();
  // 1 h and 8 h: half an hour on Friday, an hour on Monday, six and a half on Wednesday.
  expect(text(due?.responseDueAt)).toBe('2026-11-23T08:30:00.000Z');
  expect(text(due?.resolutionDueAt)).toBe('2026-11-25T14:30:00.000Z');
});
