import { describe, expect, test } from 'vitest';
import { monthOfLine } from '#domain/billing/drafts';
import { utc, zone, instantText } from './time-examples.ts';

const UTC = zone('UTC');
const month = (start: string, end: string, isClosed: boolean) => ({
  start: utc(`${start}T00:00Z`),
  end: utc(`${end}T00:00Z`),
  isClosed,
});
const may = (isClosed: boolean) => month('2026-05-01', '2026-06-01', isClosed);
const june = (isClosed: boolean) => month('2026-06-01', '2026-07-01', isClosed);
const july = (isClosed: boolean) => month('2026-07-01', '2026-08-01', isClosed);

describe('a line goes on the draft of', () => {
  test.each([
    ["the month that holds its period's last instant", '2026-06-01', [may(false), june(false)], '2026-05-01'],
    ['the month in which a period from the 15th ends', '2026-06-15', [may(false), june(false)], '2026-06-01'],
    ['a month that has no draft yet', '2026-06-15', [], '2026-06-01'],
    [
      'the oldest open draft where that month is closed',
      '2026-06-01',
      [july(false), june(false), may(true)],
      '2026-06-01',
    ],
    ['the one after the last closed month where no draft is open', '2026-05-15', [may(true), june(true)], '2026-07-01'],
    [
      'no month before the last closed one, which had nothing to bill',
      '2026-04-15',
      [may(true), july(false)],
      '2026-07-01',
    ],
    [
      'its own month while that is open, whatever is closed after it',
      '2026-06-01',
      [may(false), june(true)],
      '2026-05-01',
    ],
    [
      'its own month, which has no draft yet, though a later one has',
      '2026-07-01',
      [may(true), july(false)],
      '2026-06-01',
    ],
    [
      'its own month, though an older draft is open and a later month closed',
      '2026-06-01',
      [month('2026-04-01', '2026-05-01', false), may(false), june(true)],
      '2026-05-01',
    ],
  ])('%s', (_, periodEnd, months, start) => {
    expect(instantText(monthOfLine(utc(`${periodEnd}T00:00Z`), UTC, months).start)).toBe(`${start}T00:00Z`);
  });

  test('the month as it was stored, after a change of zone', () => {
    const stored = { start: utc('2026-04-30T22:00Z'), end: utc('2026-05-31T22:00Z'), isClosed: false };
    expect(monthOfLine(utc('2026-05-31T22:00Z'), zone('America/New_York'), [stored])).toMatchObject({
      start: stored.start,
    });
    expect(monthOfLine(utc('2026-06-01T04:00Z'), zone('America/New_York'), [stored])).toEqual({
      start: stored.end,
      end: utc('2026-07-01T04:00Z'),
    });
  });
});
