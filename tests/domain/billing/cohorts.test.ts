import { describe, expect, test } from 'vitest';
import { cohortsOf } from '#domain/billing/cohorts';
import { mrrChanges } from './mrr-examples.ts';
import { utc } from './time-examples.ts';

describe('a cohort', () => {
  const changes = mrrChanges(
    'A/s 2026-01-05 100',
    'B/s 2026-01-31 50',
    'B/s 2026-02-10 0',
    'B/s 2026-03-10 80',
    'C/s 2026-02-01 30',
    'A/s 2026-03-31 120',
  );
  const cell = (orgs: number, mrrMinor: bigint) => ({ orgs, mrrMinor });

  test('is the month of the first MRR above 0, for good; column k is the end of month k after it', () => {
    expect(cohortsOf(changes, 3, utc('2026-04-01T00:00Z'))).toEqual([
      { month: '2026-01', currency: 'EUR', orgs: 2, columns: [cell(2, 150n), cell(1, 100n), cell(2, 200n)] },
      { month: '2026-02', currency: 'EUR', orgs: 1, columns: [cell(1, 30n), cell(1, 30n), null] },
    ]);
  });

  test('younger than a column is empty there, not 0', () => {
    const columnsAt = (asOf: string) => cohortsOf(changes, 2, utc(asOf))[0]?.columns;
    expect(columnsAt('2026-01-31T23:59:59.999Z')).toEqual([null, null]);
    expect(columnsAt('2026-02-01T00:00Z')).toEqual([cell(2, 150n), null]);
  });

  test('that lost all its orgs has 0, which is not empty', () => {
    const lost = mrrChanges('A/s 2026-01-05 100', 'A/s 2026-02-05 0');
    expect(cohortsOf(lost, 2, utc('2026-04-01T00:00Z'))[0]?.columns).toEqual([cell(1, 100n), cell(0, 0n)]);
  });

  test('does not count a change at the instant its month ends', () => {
    const edge = mrrChanges('A/s 2026-01-05 100', 'A/s 2026-02-01 0');
    expect(cohortsOf(edge, 1, utc('2026-02-01T00:00Z'))[0]?.columns).toEqual([cell(1, 100n)]);
  });

  test('is one per currency', () => {
    const both = mrrChanges('A/s 2026-01-05 100', 'A/t 2026-01-05 9 USD');
    expect(cohortsOf(both, 1, utc('2026-02-01T00:00Z'))).toEqual([
      { month: '2026-01', currency: 'EUR', orgs: 1, columns: [cell(1, 100n)] },
      { month: '2026-01', currency: 'USD', orgs: 1, columns: [cell(1, 9n)] },
    ]);
  });

  test('of one currency has no org of another', () => {
    const two = mrrChanges('A/s 2026-01-05 100', 'B/t 2026-01-05 9 USD');
    expect(cohortsOf(two, 1, utc('2026-02-01T00:00Z')).map(({ currency, orgs }) => [currency, orgs])).toEqual([
      ['EUR', 1],
      ['USD', 1],
    ]);
  });

  test('has no org that was never above 0', () => {
    expect(cohortsOf(mrrChanges('A/s 2026-01-05 0'), 1, utc('2026-04-01T00:00Z'))).toEqual([]);
  });
});
