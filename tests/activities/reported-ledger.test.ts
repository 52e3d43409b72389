import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { useBooks } from '../support/books.ts';
import { acceptAll, makeOrg, randomEventId, type Told } from '../support/events.ts';

const { admin, worker } = await useBooks();

const issued = (at: number, amountMinor: number, currency = 'EUR'): Told => ({
  type: 'invoice.issued',
  at,
  data: { invoiceId: 'INV-1', stream: 'usage', amountMinor, currency, dueAt: '2026-02-01T00:00:00Z' },
});
const paid = (at: number, paymentId: string, amountMinor: number, currency = 'EUR'): Told => ({
  type: 'invoice.paid',
  at,
  data: { invoiceId: 'INV-1', paymentId, amountMinor, currency },
});
const failed = (at: number, paymentId: string, amountMinor: number): Told => ({
  type: 'invoice.payment_failed',
  at,
  data: { invoiceId: 'INV-1', paymentId, amountMinor, currency: 'EUR', failureCode: 'card_declined' },
});
const refunded = (at: number, refundId: string, amountMinor: number): Told => ({
  type: 'invoice.refunded',
  at,
  data: { invoiceId: 'INV-1', refundId, amountMinor, currency: 'EUR' },
});

async function balances(org: string): Promise<Record<string, number>> {
  const { rows } = await admin.query<{ name: string; minor: string }>(
    `select concat_ws('/', account, stream, currency) as name, sum(amount_minor) as minor from billing_ledger where org_id = $1
     group by 1 having sum(amount_minor) <> 0 order by 1`,
    [org],
  );
  return Object.fromEntries(rows.map(({ name, minor }) => [name, Number(minor)]));
}

const datedQuery = `select account, stream, currency, at, sum(amount_minor)::int as minor from billing_ledger where org_id = $1
  group by 1, 2, 3, 4 having sum(amount_minor) <> 0 order by 4, 1, 2, 3`;

/** By the instant that each entry books, too. */
async function dated(org: string) {
  return (await admin.query<Record<string, unknown>>(datedQuery, [org])).rows;
}

async function applyIn(sets: readonly (readonly Told[])[]): Promise<string> {
  const org = await makeOrg(admin);
  for (const set of sets) await applyEvents(worker, await acceptAll(admin, org, set), 'event:test');
  return org;
}

const cases: { name: string; told: Told[]; balances: Record<string, number> }[] = [
  { name: 'issued', told: [issued(0, 900)], balances: { 'receivable/EUR': 900, 'revenue/usage/EUR': -900 } },
  {
    name: 'paid in part',
    told: [issued(0, 900), paid(1, 'p', 400)],
    balances: { 'cash/EUR': 400, 'receivable/EUR': 500, 'revenue/usage/EUR': -900 },
  },
  {
    name: 'paid over the total',
    told: [issued(0, 900), paid(1, 'p', 400), paid(2, 'q', 700)],
    balances: { 'cash/EUR': 1_100, 'credit/EUR': -200, 'revenue/usage/EUR': -900 },
  },
  {
    name: 'refunded',
    told: [issued(0, 900), paid(1, 'p', 900), refunded(2, 'r', 300)],
    balances: { 'cash/EUR': 600, 'revenue/usage/EUR': -600 },
  },
  {
    name: 'failed',
    told: [issued(0, 900), failed(1, 'p', 900)],
    balances: { 'receivable/EUR': 900, 'revenue/usage/EUR': -900 },
  },
  {
    name: 'known only from its payments',
    told: [paid(1, 'p', 400), refunded(2, 'r', 100)],
    balances: { 'cash/EUR': 300, 'receivable/EUR': -300 },
  },
  {
    name: 'refunded before it was issued, over its total',
    told: [paid(1, 'p', 900), refunded(2, 'r', 800), issued(3, 500)],
    balances: { 'cash/EUR': 100, 'credit/EUR': -100 },
  },
  {
    name: 'first told of in another currency by what came last',
    told: [issued(5, 900), paid(6, 'p', 900), paid(0, 'early', 100, 'USD')],
    balances: { 'cash/USD': 100, 'receivable/USD': -100 },
  },
];

test.each(cases)('the ledger of a reported invoice that is $name', async ({ told, balances: expected }) => {
  const oneByOne = await applyIn(told.map((one) => [one]));
  expect(await balances(oneByOne)).toEqual(expected);
  expect(await balances(await applyIn([told]))).toEqual(expected);
});

test('whatever order and sets reported events come in, the ledger is the same at every instant', async () => {
  const history = [
    issued(3, 900),
    paid(1, 'p', 400),
    failed(2, 'q', 700),
    paid(4, 'q', 700),
    refunded(6, 'r', 300),
    refunded(2, 's', 100),
    issued(8, 950),
    paid(9, 'x', 50, 'USD'),
  ].map((told) => ({ ...told, eventId: randomEventId() }));
  const inOrder = await dated(await applyIn(history.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)).map((one) => [one])));
  expect(inOrder.length).toBeGreaterThan(8);
  const orders = fc.tuple(
    fc.shuffledSubarray(history, { minLength: history.length }),
    fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  );
  await fc.assert(
    fc.asyncProperty(orders, async ([order, cuts]) => {
      const sets: Told[][] = [[]];
      for (const [index, one] of order.entries()) {
        if (cuts[index]) sets.push([]);
        sets.at(-1)?.push(one);
      }
      expect(await dated(await applyIn(sets.filter((set) => set.length > 0)))).toEqual(inOrder);
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('events told twice, and refused ones, book nothing', async () => {
  const org = await applyIn([
    [issued(0, 900), paid(1, 'p', 900)],
    [paid(1, 'p', 900)],
    [paid(2, 'p', 800)],
    [refunded(3, 'r', 901)],
  ]);
  expect(await balances(org)).toEqual({ 'cash/EUR': 900, 'revenue/usage/EUR': -900 });
  const { rows } = await admin.query(
    'select count(distinct transaction_id)::int as n from billing_ledger where org_id = $1',
    [org],
  );
  expect(rows).toEqual([{ n: 2 }]);
});

test('invoices that were reported before there was a ledger are booked by the migration as they would have been', async () => {
  const source = await readFile('prisma/migrations/0009_money_invariants/migration.sql', 'utf8');
  const [backfill = ''] = /insert into billing_ledger [^;]*;/.exec(source) ?? [];
  for (const { name, told } of cases) {
    const org = await applyIn([told]);
    const expected = await dated(org);
    const client = await admin.connect();
    // Inside one transaction, since the statement books all orgs.
    await client.query('begin; set local session_replication_role = replica; delete from billing_ledger');
    await client.query(backfill);
    const { rows } = await client.query(datedQuery, [org]);
    await client.query('rollback');
    client.release();
    expect(rows, name).toEqual(expected);
  }
});
