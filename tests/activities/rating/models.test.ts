import { describe, expect, it } from 'vitest';
import { readReconciliation } from '#prisma/reconciliation';
import { useBooks } from '#tests/support/books';
import { addUsage, amountsOf, brokenBooks, linesOf, makeBilledOrg, rateNight, type UsageTold } from './books.ts';

const { admin: db, worker } = await useBooks();

const graduated = {
  model: 'graduated',
  currency: 'USD',
  tiers: [
    { upTo: '10', unitPrice: '0.10', flatFee: '0.02' },
    { upTo: '20', unitPrice: '0.05', flatFee: '0.03' },
    { upTo: null, unitPrice: '0.05', flatFee: '0.03' },
  ],
};
const volume = {
  model: 'volume',
  currency: 'USD',
  tiers: [
    { upTo: '15', unitPrice: '0.10' },
    { upTo: null, unitPrice: '0.05' },
  ],
};
const unit = (unitPrice: string, more: object = {}) => ({ model: 'per_unit', currency: 'USD', unitPrice, ...more });
const packages = (more: object = {}) => ({ model: 'package', currency: 'USD', size: '10', price: '1', ...more });

const nights = ['2026-03-02T02:15:00Z', '2026-03-03T02:15:00Z', '2026-03-04T02:15:00Z', '2026-04-02T02:15:00Z'];
const days = ['2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z', '2026-03-03T10:00:00Z'];

/** Usage of up to three days, rated each night and once more after the month: all amounts in the order they were booked. */
const cases: [string, object, (string | undefined)[], number[]][] = [
  ['a unit price', unit('0.05'), ['100', '20'], [500, 100]],
  ['rounding drift', unit('0.001'), ['333', '333'], [33, 34]],
  ['graduated tiers', graduated, ['10', '1', '10'], [102, 8, 53]],
  ['the first flat fee with no rows at all', graduated, [], [2]],
  ['a volume that moves to another tier', volume, ['15', '1'], [150, -150, 80]],
  ['packages', packages(), ['121'], [1300]],
  ['packages with free units', packages({ freeUnits: '10' }), ['121'], [1200]],
  ['a fee whatever the quantity', { model: 'flat', currency: 'USD', fee: '9.90' }, ['5'], [990]],
  ['a fee with no rows at all', { model: 'flat', currency: 'USD', fee: '9.90' }, [], [990]],
  ['a maximum', unit('1', { maximumMinor: 500 }), ['4', '3'], [400, 300, -200]],
  ['a minimum, when the period closes', unit('1', { minimumMinor: 500 }), ['2'], [200, 300]],
  ['a minimum without usage', unit('1', { minimumMinor: 500 }), [], [500]],
  ['a currency without minor units', { model: 'per_unit', currency: 'JPY', unitPrice: '1.5' }, ['3'], [5]],
];

describe('rating books what a period has in total, less what is booked', () => {
  it.each(cases)('%s', async (_, price, used, amounts) => {
    const orgId = await makeBilledOrg(db, {
      from: '2026-03-01T00:00:00Z',
      prices: [{ meter: 'calls', price, until: '2026-04-01T00:00:00Z' }],
    });
    for (const [index, slotAt] of nights.entries()) {
      const [quantity, at] = [used[index], days[index]];
      if (quantity !== undefined && at !== undefined) await addUsage(db, orgId, [{ quantity, at }]);
      await rateNight(worker, slotAt);
    }
    expect((await amountsOf(db, orgId)).toSorted((a, b) => a - b)).toEqual(amounts.toSorted((a, b) => a - b));
    expect(await rateNight(worker, '2026-04-02T02:15:00Z')).toEqual([]);
    expect(await rateNight(worker, '2026-04-02T02:15:00Z', true)).toEqual([expect.objectContaining({ lines: 0 })]);
    expect(await brokenBooks(db)).toEqual([]);
  });
});

const row = (quantity: string, at: string, more: Partial<UsageTold> = {}): UsageTold => ({ quantity, at, ...more });

describe('one quantity of many rows', () => {
  it.each([
    ['sum', '7', ['1', '4', '2']],
    ['max', '4', ['1', '4', '2']],
    ['latest', '2', ['1', '4', '2']],
    ['count', '3', ['1', '4', '2']],
  ] as const)('%s', async (aggregation, expected, quantities) => {
    const orgId = await makeBilledOrg(db, { prices: [{ meter: `m_${aggregation}`, aggregation, price: unit('1') }] });
    const rows = quantities.map((quantity, n) =>
      row(quantity, `2026-03-0${n + 1}T00:00:00Z`, { meter: `m_${aggregation}` }),
    );
    await addUsage(db, orgId, rows);
    await rateNight(worker, '2026-03-20T02:15:00Z');
    expect((await linesOf(db, orgId)).map(({ quantity }) => quantity)).toEqual([expected]);
    await addUsage(db, orgId, [
      row('3', '2026-03-02T12:00:00Z', { meter: `m_${aggregation}`, received: '2026-04-01T12:00:00Z' }),
    ]);
    await rateNight(worker, '2026-04-02T02:15:00Z');
    const late = { sum: '3', max: undefined, latest: undefined, count: '1' }[aggregation];
    expect((await linesOf(db, orgId)).filter(({ is_late }) => is_late).map(({ quantity }) => quantity)).toEqual(
      late === undefined ? [] : [late],
    );
    const cells = await readReconciliation(db, [orgId], Date.parse('2026-04-02T02:15:00Z'));
    expect(cells.map(({ stream, differences }) => [stream, differences])).toEqual([['usage', []]]);
  });
});

describe('drafts', () => {
  it('has one per month and currency, with tax on its whole subtotal', async () => {
    const orgId = await makeBilledOrg(db, {
      taxRate: '0.19',
      prices: [
        { meter: 'calls', price: unit('0.01') },
        { meter: 'yen', price: { model: 'per_unit', currency: 'JPY', unitPrice: '1' } },
      ],
    });
    for (const day of ['10', '11']) {
      await addUsage(db, orgId, [
        { quantity: 13, at: `2026-03-${day}T00:00:00Z` },
        { meter: 'yen', quantity: 7, at: `2026-03-${day}T00:00:00Z` },
      ]);
      await rateNight(worker, `2026-03-${day}T23:15:00Z`);
    }
    const { rows } = await db.query(
      `select ref, status, subtotal_minor::int as subtotal, tax_minor::int as tax, total_minor::int as total, due_minor::int as due
      from invoice where org_id = $1 order by ref`,
      [orgId],
    );
    expect(rows).toEqual([
      { ref: '2026-03-01:JPY', status: 'draft', subtotal: 14, tax: 3, total: 17, due: 17 },
      { ref: '2026-03-01:USD', status: 'draft', subtotal: 26, tax: 5, total: 31, due: 31 },
    ]);
  });
});
