import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mrrFigures } from '#domain/billing/churn';
import { arrOf, movementsOf, mrrAt, netOf, type MrrChange } from '#domain/billing/mrr';
import { monthlyMinor } from '#domain/folds/subscription';
import { dayMs } from '#domain/instants';
import { sumMinor } from '#domain/money';
import { mrrChanges } from './mrr-examples.ts';
import { runs } from './runs.ts';
import { utc } from './time-examples.ts';

const eur = (amountMinor: bigint) => [{ amountMinor, currency: 'EUR' }];

describe('MRR at an instant', () => {
  const terms = { status: 'active', currency: 'EUR', quantity: 1 } as const;
  const monthly = { ...terms, priceMinor: 10_000, interval: 'month' } as const;
  const yearly = { ...terms, priceMinor: 100_000, interval: 'year' } as const;

  test('100.00 a month and 1,000.00 a year: 183.33', () => {
    const minors = [monthly, yearly].map(monthlyMinor);
    expect(
      mrrAt(mrrChanges(`A/m 2026-01-01 ${minors[0]}`, `A/y 2026-01-01 ${minors[1]}`), utc('2026-02-01T00:00Z')),
    ).toEqual(eur(18_333n));
  });

  test('ARR is 12 x the rounded MRR: 1,000.00 a year shows 999.96', () => {
    expect(arrOf({ amountMinor: monthlyMinor(yearly), currency: 'EUR' })).toEqual({
      amountMinor: 99_996n,
      currency: 'EUR',
    });
  });

  test('each is rounded before summing', () => {
    expect(sumMinor([1, 2, 3].map(() => ({ amountMinor: monthlyMinor({ ...yearly, priceMinor: 6 }) })))).toBe(3n);
  });

  test.each([
    ['active counts', { ...monthly, status: 'active' }, 10_000n],
    ['past due counts', { ...monthly, status: 'past_due' }, 10_000n],
    ['trialing does not', { ...monthly, status: 'trialing' }, 0n],
    ['canceled does not', { ...monthly, status: 'canceled' }, 0n],
    ['the quantity counts', { ...monthly, quantity: 3 }, 30_000n],
  ] as const)('%s', (_, one, minor) => expect(monthlyMinor(one)).toBe(minor));

  const changes = mrrChanges(
    'A/s 2026-01-05 100',
    'A/s 2026-02-05 300',
    'B/s 2026-01-05 7 USD',
    'B/t 2026-01-05 5 USD',
  );
  test.each([
    ['is nothing before the first change', '2026-01-04T23:59:59.999Z', []],
    ['includes a change at that instant', '2026-01-05T00:00Z', [...eur(100n), { amountMinor: 12n, currency: 'USD' }]],
    ['stands until the next change', '2026-02-04T23:59:59.999Z', [...eur(100n), { amountMinor: 12n, currency: 'USD' }]],
    ['is that of the latest change', '2026-03-01T00:00Z', [...eur(300n), { amountMinor: 12n, currency: 'USD' }]],
  ])('%s, per currency', (_, at, totals) => expect(mrrAt(changes, utc(at))).toEqual(totals));
});

describe('a movement', () => {
  const shown = (...told: string[]) =>
    movementsOf(mrrChanges(...told)).map(
      ({ subscriptionId, kind, amountMinor }) => `${subscriptionId} ${kind} ${amountMinor}`,
    );

  test.each<[string, string[], string[]]>([
    ['is new the first time above 0', ['A/s 2026-01-05 100'], ['s new 100']],
    ['is expansion up', ['A/s 2026-01-05 100', 'A/s 2026-02-05 130'], ['s new 100', 's expansion 30']],
    ['is contraction down', ['A/s 2026-01-05 100', 'A/s 2026-02-05 70'], ['s new 100', 's contraction 30']],
    ['is churn to 0', ['A/s 2026-01-05 100', 'A/s 2026-02-05 0'], ['s new 100', 's churn 100']],
    [
      'is reactivation above 0 again',
      ['A/s 2026-01-05 100', 'A/s 2026-02-05 0', 'A/s 2026-03-05 40'],
      ['s new 100', 's churn 100', 's reactivation 40'],
    ],
    [
      'is decided on the total of the org: a second plan expands',
      ['A/s 2026-01-05 100', 'A/t 2026-02-05 50'],
      ['s new 100', 't expansion 50'],
    ],
    [
      'of an org that drops one of two plans is contraction, not churn',
      ['A/s 2026-01-05 100', 'A/t 2026-01-06 50', 'A/s 2026-02-05 0'],
      ['s new 100', 't expansion 50', 's contraction 100'],
    ],
    [
      'is churn when the last plan ends',
      ['A/s 2026-01-05 100', 'A/t 2026-01-06 50', 'A/s 2026-02-05 0', 'A/t 2026-02-06 0'],
      ['s new 100', 't expansion 50', 's contraction 100', 't churn 50'],
    ],
    ['is none where nothing moves, as for past due', ['A/s 2026-01-05 100', 'A/s 2026-02-05 100'], ['s new 100']],
    ['is none for a trial, and new when it ends', ['A/s 2026-01-05 0', 'A/s 2026-02-05 100'], ['s new 100']],
    ['of one org leaves another alone', ['A/s 2026-01-05 100', 'B/s 2026-01-06 50'], ['s new 100', 's new 50']],
    [
      'of one currency leaves another alone',
      ['A/s 2026-01-05 100', 'A/t 2026-01-06 50 USD'],
      ['s new 100', 't new 50'],
    ],
    [
      'is in the order of time, not of arrival',
      ['A/s 2026-02-05 130', 'A/s 2026-01-05 100'],
      ['s new 100', 's expansion 30'],
    ],
    [
      'at one instant is in the order of event ids',
      ['A/s 2026-01-05 100', 'A/s 2026-01-05 0', 'A/s 2026-01-05 60'],
      ['s new 100', 's churn 100', 's reactivation 60'],
    ],
    [
      'at one instant is judged by the total before and after each',
      ['A/s 2026-01-05 100', 'A/s 2026-02-05 0', 'A/t 2026-02-05 100'],
      ['s new 100', 's churn 100', 't reactivation 100'],
    ],
  ])('%s', (_, told, movements) => expect(shown(...told)).toEqual(movements));
});

describe('the figures of a range', () => {
  const february = { start: utc('2026-02-01T00:00Z'), end: utc('2026-03-01T00:00Z') };
  const figures = (...told: string[]) => mrrFigures(mrrChanges(...told), february);

  test('start with what was there before the range, and end with what is there before its end', () => {
    expect(figures('A/s 2026-01-05 100', 'A/s 2026-02-01 130', 'A/s 2026-03-01 500')).toMatchObject([
      { currency: 'EUR', startMinor: 100n, endMinor: 130n, movements: { expansion: 30n } },
    ]);
  });

  test('of churn and retention are shares of the start', () => {
    expect(
      figures(
        'A/s 2026-01-05 100',
        'B/s 2026-01-05 100',
        'C/s 2026-01-05 200',
        'A/s 2026-02-05 0',
        'B/s 2026-02-05 70',
        'C/s 2026-02-05 260',
      ),
    ).toMatchObject([
      {
        startMinor: 400n,
        endMinor: 330n,
        movements: { new: 0n, expansion: 60n, contraction: 30n, churn: 100n, reactivation: 0n },
        logoChurn: { over: 1n, under: 3n },
        grossChurn: { over: 130n, under: 400n },
        netRetention: { over: 330n, under: 400n },
        grossRetention: { over: 270n, under: 400n },
      },
    ]);
  });

  test('of churn and retention leave out orgs that were not there at the start, and reactivations', () => {
    expect(
      figures(
        'A/s 2026-01-05 100',
        'B/s 2026-02-02 50',
        'B/s 2026-02-03 90',
        'B/s 2026-02-04 0',
        'A/s 2026-02-05 0',
        'A/s 2026-02-06 80',
      ),
    ).toMatchObject([
      {
        movements: { new: 50n, expansion: 40n, churn: 190n, reactivation: 80n },
        logoChurn: { over: 0n, under: 1n },
        grossChurn: { over: 100n, under: 100n },
        netRetention: { over: 0n, under: 100n },
        grossRetention: { over: 0n, under: 100n },
      },
    ]);
  });

  test('count an org that churned before as neither present nor lost', () => {
    expect(figures('A/s 2026-01-05 100', 'A/s 2026-01-06 0', 'B/s 2026-01-05 100')).toMatchObject([
      { logoChurn: { over: 0n, under: 1n } },
    ]);
  });

  test('are undefined over nothing, never 0', () => {
    const undefinedAll = {
      logoChurn: undefined,
      grossChurn: undefined,
      netRetention: undefined,
      grossRetention: undefined,
    };
    expect(figures('A/s 2026-02-05 100')).toMatchObject([{ startMinor: 0n, endMinor: 100n, ...undefinedAll }]);
  });

  test('are one row per currency', () => {
    expect(figures('A/s 2026-01-05 100 USD', 'A/t 2026-01-05 100').map(({ currency }) => currency)).toEqual([
      'EUR',
      'USD',
    ]);
    expect(figures()).toEqual([]);
  });
});

const change = fc
  .tuple(
    fc.constantFrom('A', 'B', 'C'),
    fc.constantFrom('s', 't'),
    fc.nat(9),
    fc.constantFrom(0n, 0n, 50n, 70n, 100n),
    fc.constantFrom('EUR', 'USD'),
  )
  .map(([orgId, name, day, mrrMinor, currency]) => ({
    orgId,
    subscriptionId: `${name}-${currency}`,
    changedAt: day * dayMs,
    mrrMinor,
    currency,
  }));
const histories = fc
  .array(change, { maxLength: 14 })
  .map((changes) =>
    changes.map((one, index): MrrChange => ({ ...one, eventId: `evt_${String(index).padStart(3, '0')}` })),
  );
const range = fc
  .tuple(fc.nat(10), fc.nat(10))
  .map(([a, b]) => ({ start: Math.min(a, b) * dayMs, end: Math.max(a, b) * dayMs }));

test('movements add up: end = start + new + reactivation + expansion - contraction - churn', () => {
  fc.assert(
    fc.property(histories, range, (changes, days) => {
      for (const { startMinor, endMinor, movements } of mrrFigures(changes, days)) {
        const { new: began, reactivation, expansion, contraction, churn } = movements;
        expect(startMinor + began + reactivation + expansion - contraction - churn).toBe(endMinor);
      }
      const end = 10 * dayMs;
      for (const { currency, amountMinor } of mrrAt(changes, end)) {
        expect(netOf(movementsOf(changes).filter((movement) => movement.currency === currency))).toBe(amountMinor);
      }
      expect(movementsOf(changes).every(({ amountMinor }) => amountMinor > 0n)).toBe(true);
    }),
    runs,
  );
});

test('gross retention is 1 - gross churn', () => {
  fc.assert(
    fc.property(histories, range, (changes, days) => {
      for (const { grossChurn, grossRetention } of mrrFigures(changes, days)) {
        if (grossChurn && grossRetention) expect(grossChurn.over + grossRetention.over).toBe(grossRetention.under);
        else expect([grossChurn, grossRetention]).toEqual([undefined, undefined]);
      }
    }),
    runs,
  );
});

test('any order of arrival gives the same movements and figures', () => {
  const shuffled = histories.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, range, ([one, other], days) => {
      expect(movementsOf(other)).toEqual(movementsOf(one));
      expect(mrrFigures(other, days)).toEqual(mrrFigures(one, days));
    }),
    runs,
  );
});
