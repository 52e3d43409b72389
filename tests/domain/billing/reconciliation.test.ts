import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PartAmounts } from '#domain/billing/invoice-totals';
import { matchWithProvider } from '#domain/billing/provider-match';
import { reconcile } from '#domain/billing/reconciliation';
import { runs } from './runs.ts';

const name = { orgId: 'acme', stream: 'usage', currency: 'EUR', month: '2026-11-01' } as const;
const none: PartAmounts = { leads: 0n, subscriptions: 0n, usage: 0n, addons: 0n, ai: 0n, tax: 0n };
const row = (source: string, amountMinor: bigint, more = {}) => ({ ...name, source, amountMinor, ...more });
const { stream: _, ...ofInvoice } = name;
const figures = {
  expectedMinor: 0n,
  invoicedMinor: 0n,
  paidMinor: 0n,
  creditedMinor: 0n,
  gapMinor: 0n,
  differences: [],
};

describe('a cell', () => {
  test('without a gap has expected = invoiced and no rows', () => {
    const lines = [row('calls', 60n), row('calls', 40n)];
    expect(reconcile([row('calls', 100n)], lines, [])).toEqual([
      { ...name, ...figures, expectedMinor: 100n, invoicedMinor: 100n },
    ]);
  });

  test('with a gap opens the rows on both sides', () => {
    expect(
      reconcile([row('calls', 100n), row('mails', 5n)], [row('calls', 90n), row('faxes', 3n), row('mails', 5n)], []),
    ).toEqual([
      {
        ...name,
        ...figures,
        expectedMinor: 105n,
        invoicedMinor: 98n,
        gapMinor: 7n,
        differences: [
          { source: 'calls', expectedMinor: 100n, invoicedMinor: 90n },
          { source: 'faxes', expectedMinor: 0n, invoicedMinor: 3n },
        ],
      },
    ]);
  });

  test('opens rows that differ even when the differences cancel', () => {
    const [cell] = reconcile([row('calls', 10n), row('mails', 20n)], [row('calls', 20n), row('mails', 10n)], []);
    expect(cell).toMatchObject({ gapMinor: 0n, differences: [{ source: 'calls' }, { source: 'mails' }] });
  });

  test.each([
    ['org', { orgId: 'other' }],
    ['stream', { stream: 'ai' }],
    ['currency', { currency: 'USD' }],
    ['month', { month: '2026-12-01' }],
  ] as const)('is of one %s', (_what, other) => {
    const cells = reconcile([row('calls', 1n), row('calls', 2n, other)], [], []);
    expect(cells.map(({ gapMinor }) => Number(gapMinor)).toSorted((a, b) => a - b)).toEqual([1, 2]);
  });

  test('stands by org, month, stream in the order of streams, and currency, whatever came first', () => {
    const rows = [
      row('z', 1n, { orgId: 'b' }),
      row('z', 1n, { month: '2026-12-01' }),
      row('z', 1n, { stream: 'ai' }),
      row('z', 1n, { currency: 'USD' }),
      row('z', 1n),
      row('z', 1n, { stream: 'leads' }),
    ];
    const order = (all: typeof rows) =>
      reconcile(all, [], []).map(({ orgId, month, stream, currency }) => [orgId, month, stream, currency].join(' '));
    expect(order(rows)).toEqual([
      'acme 2026-11-01 leads EUR',
      'acme 2026-11-01 usage EUR',
      'acme 2026-11-01 usage USD',
      'acme 2026-11-01 ai EUR',
      'acme 2026-12-01 usage EUR',
      'b 2026-11-01 usage EUR',
    ]);
    expect(order(rows.toReversed())).toEqual(order(rows));
  });

  test('has its part of what was paid and credited; the tax is no stream', () => {
    const parts = { ...none, leads: 1_000n, usage: 500n, tax: 300n };
    expect(reconcile([], [], [{ ...ofInvoice, parts, paidMinor: 900n, creditedMinor: 180n }])).toEqual([
      { ...name, ...figures, stream: 'leads', paidMinor: 500n, creditedMinor: 100n },
      { ...name, ...figures, paidMinor: 250n, creditedMinor: 50n },
    ]);
  });

  test('sums up the invoices of its month', () => {
    const invoice = { ...ofInvoice, parts: { ...none, usage: 100n }, paidMinor: 30n, creditedMinor: 0n };
    expect(reconcile([], [], [invoice, invoice])).toMatchObject([{ paidMinor: 60n }]);
  });

  test('of an invoice that is settled has all of each stream, paid or credited', () => {
    const amount = fc.bigInt({ min: 0n, max: 500n });
    fc.assert(
      fc.property(fc.record({ leads: amount, usage: amount, ai: amount, tax: amount }), amount, (some, asked) => {
        const parts = { ...none, ...some };
        const totalMinor = parts.leads + parts.usage + parts.ai + parts.tax;
        const creditedMinor = asked < totalMinor ? asked : totalMinor;
        const cells = reconcile(
          [],
          [],
          [{ ...ofInvoice, parts, paidMinor: totalMinor - creditedMinor, creditedMinor }],
        );
        for (const cell of cells) expect(cell.paidMinor + cell.creditedMinor).toBe(parts[cell.stream]);
      }),
      runs,
    );
  });
});

describe('the match with the provider', () => {
  const charge = (providerRef: string, more = {}) => ({
    providerRef,
    orgId: 'acme',
    invoiceId: 'inv',
    amountMinor: 100n,
    currency: 'EUR',
    ...more,
  });
  const payment = (providerRef: string, more = {}) => ({ ...charge(providerRef), method: 'card', ...more });

  test('is complete when each payment has its charge', () => {
    expect(matchWithProvider([payment('a'), payment('b')], [charge('b'), charge('a')])).toEqual([]);
  });
  test('leaves out what was paid by credit', () => {
    expect(matchWithProvider([payment('c', { method: 'credit' })], [])).toEqual([]);
  });
  test('lists what either side lacks', () => {
    expect(matchWithProvider([payment('a')], [charge('b')])).toEqual([
      { providerRef: 'a', problem: 'missing_at_provider', ours: [payment('a')], theirs: [] },
      { providerRef: 'b', problem: 'missing_in_books', ours: [], theirs: [charge('b')] },
    ]);
  });
  test.each([{ amountMinor: 99n }, { currency: 'USD' }, { orgId: 'other' }, { invoiceId: 'other' }])(
    'lists what differs: %o',
    (more) => {
      expect(matchWithProvider([payment('a')], [charge('a', more)])).toMatchObject([
        { providerRef: 'a', problem: 'differs' },
      ]);
    },
  );
  test('lists what either side has twice', () => {
    expect(matchWithProvider([payment('a'), payment('a')], [charge('a')])).toMatchObject([{ problem: 'doubled' }]);
    expect(matchWithProvider([payment('a')], [charge('a'), charge('a')])).toMatchObject([{ problem: 'doubled' }]);
  });
});
