import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobPhase, SlotAt } from '#activities/jobs/job-phase';
import { makeOrg } from '../../support/events.ts';
import { expectInvariants } from '../../support/invariants.ts';
import { expectBooksAgree, makeDraft, makeOrgs, november, numbersOf, openProvider, slotOn, usage } from './drafts.ts';

const october = { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' };

let provider: Awaited<ReturnType<typeof openProvider>> | undefined;
let admin: pg.Pool;
let phase: JobPhase;

beforeAll(begin);
afterAll(() => provider?.close());

async function begin() {
  await provider?.close();
  provider = await openProvider();
  ({ admin, phase } = provider);
}

async function invoices(orgId: string) {
  const { rows } = await admin.query<Record<string, unknown>>(
    `select number, status, currency, subtotal_minor::int as subtotal, tax_minor::int as tax, total_minor::int as total, paid_minor::int as paid,
      due_minor::int as due from invoice where org_id = $1 order by number`,
    [orgId],
  );
  return rows;
}

async function closedThrough(orgId: string) {
  const { rows } = await admin.query<{ closed_through: Date | null; next_close_at: Date }>(
    'select closed_through, next_close_at from org_billing where org_id = $1',
    [orgId],
  );
  return rows[0];
}

async function dueOf(orgId: string, slot: SlotAt): Promise<string[]> {
  return (await phase.due(slot, undefined)).filter((id) => id === orgId);
}

/** All that a closing could change. */
async function books() {
  const { rows } = await admin.query<{ books: string }>(`select json_build_array(
    (select json_agg(i order by org_id, id) from invoice i), (select json_agg(l order by org_id, invoice_id, source_key) from invoice_line l),
    (select json_agg(b order by org_id, transaction_id, entry) from billing_ledger b), (select json_agg(p order by org_id, invoice_id) from payment p),
    (select json_agg(o order by org_id) from org_billing o), (select json_agg(c) from invoice_counter c),
    (select count(*) from audit_log))::text as books`);
  return rows[0]?.books;
}

test.each([
  { zone: 'UTC', grace: 12, end: '2026-12-01T00:00:00Z', open: '2026-12-01', closed: '2026-12-02' },
  { zone: 'UTC', grace: 0, end: '2026-12-01T00:00:00Z', open: '2026-11-30', closed: '2026-12-01' },
  { zone: 'UTC', grace: 72, end: '2026-12-01T00:00:00Z', open: '2026-12-03', closed: '2026-12-04' },
  { zone: 'Pacific/Honolulu', grace: 12, end: '2026-12-01T10:00:00Z', open: '2026-12-01', closed: '2026-12-02' },
  { zone: 'Pacific/Honolulu', grace: 18, end: '2026-12-01T10:00:00Z', open: '2026-12-02', closed: '2026-12-03' },
  { zone: 'Pacific/Kiritimati', grace: 12, end: '2026-11-30T10:00:00Z', open: '2026-11-30', closed: '2026-12-01' },
  { zone: 'America/New_York', grace: 24, end: '2026-12-01T05:00:00Z', open: '2026-12-02', closed: '2026-12-03' },
])(
  'a month of $zone with $grace hours of grace closes at the slot of $closed',
  async ({ zone, grace, end, open, closed }) => {
    const org = await makeOrg(admin);
    await admin.query('update org set time_zone = $2, grace_hours = $3 where id = $1', [org, zone, grace]);
    const start = new Date(Date.parse(end) - 86_400_000 * 30).toISOString();
    await makeDraft(admin, org, { start, end, lines: [usage(100)] });
    for (const day of [open, closed]) {
      const due = await dueOf(org, slotOn(day));
      if (due.length > 0) await phase.apply(due, slotOn(day));
      expect((await invoices(org)).map(({ status }) => status)).toEqual([day === open ? 'draft' : 'open']);
    }
    const told = await closedThrough(org);
    expect(told?.closed_through).toEqual(new Date(end));
    expect(await dueOf(org, slotOn(closed))).toEqual([]);
    // The next month is due a grace after its end, and not before.
    const next = told?.next_close_at.getTime() ?? 0;
    expect(await dueOf(org, { ...slotOn(closed), at: next - 1 })).toEqual([]);
    expect(await dueOf(org, { ...slotOn(closed), at: next })).toEqual([org]);
    expect(new Date(next - grace * 3_600_000).toISOString().slice(0, 7)).toMatch(/2026-12|2027-01/);
  },
);

test('credit that a month carries pays the next, in its own currency, and tax is taken on the subtotal', async () => {
  await begin();
  const [org = ''] = await makeOrgs(admin, 1);
  await admin.query('update org set tax_rate = 0.19 where id = $1', [org]);
  await admin.query('update org_billing set due_days = 14 where org_id = $1', [org]);
  await makeDraft(admin, org, { ...october, lines: [{ stream: 'subscriptions', minor: -5_000 }, usage(1_000)] });
  await makeDraft(admin, org, { ...november, lines: [{ stream: 'leads', minor: 2_000 }, usage(1_000)] });
  await makeDraft(admin, org, { ...november, currency: 'USD', lines: [{ stream: 'ai', minor: 333 }] });
  await makeDraft(admin, org, { start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z', lines: [usage(10_000)] });
  const counts = await phase.apply([org], slotOn('2026-12-02'));
  expect(counts).toEqual({ linesRated: 0, orgsClosed: 1, invoicesOpened: 3 });
  expect(await invoices(org)).toEqual([
    { number: 'INV-000001', status: 'paid', currency: 'EUR', subtotal: 0, tax: 0, total: 0, paid: 0, due: 0 },
    {
      number: 'INV-000002',
      status: 'paid',
      currency: 'EUR',
      subtotal: 3_000,
      tax: 570,
      total: 3_570,
      paid: 3_570,
      due: 0,
    },
    { number: 'INV-000003', status: 'open', currency: 'USD', subtotal: 333, tax: 63, total: 396, paid: 0, due: 396 },
    {
      number: null,
      status: 'draft',
      currency: 'EUR',
      subtotal: 10_000,
      tax: 1_900,
      total: 11_900,
      paid: 0,
      due: 11_900,
    },
  ]);
  await phase.apply([org], slotOn('2027-01-02'));
  const { rows } = await admin.query(
    `select number, status, paid_minor::int as paid, due_minor::int as due, issued_at, due_at, paid_at from invoice where number = 'INV-000004'`,
  );
  // 40.00 + 19 % were carried, 35.70 paid November: 11.90 are left.
  expect(rows).toEqual([
    {
      number: 'INV-000004',
      status: 'open',
      paid: 1_190,
      due: 10_710,
      issued_at: new Date('2027-01-02T03:30:00Z'),
      due_at: new Date('2027-01-16T03:30:00Z'),
      paid_at: null,
    },
  ]);
  const { rows: ledger } = await admin.query(
    `select fact, account, stream, sum(amount_minor)::int as minor from billing_ledger where currency = 'EUR'
      and transaction_id like 'credit%' group by 1, 2, 3 order by 1, 2, 3`,
  );
  expect(ledger).toEqual([
    { fact: 'credit_carried', account: 'credit', stream: null, minor: -4_760 },
    { fact: 'credit_carried', account: 'revenue', stream: 'subscriptions', minor: 5_000 },
    { fact: 'credit_carried', account: 'revenue', stream: 'usage', minor: -1_000 },
    { fact: 'credit_carried', account: 'tax', stream: null, minor: 760 },
    { fact: 'credit_used', account: 'credit', stream: null, minor: 4_760 },
    { fact: 'credit_used', account: 'receivable', stream: null, minor: -4_760 },
  ]);
  await expectBooksAgree(admin);
  await expectInvariants(admin);
});

test('a rerun, a repeat, a later slot of the month and a forced run change nothing', async () => {
  await begin();
  const orgs = await makeOrgs(admin, 4);
  for (const [n, org] of orgs.entries()) await makeDraft(admin, org, { ...november, lines: [usage(100 * n - 100)] });
  await phase.apply(orgs, slotOn('2026-12-02'));
  const before = await books();
  for (const slot of [
    slotOn('2026-12-02'),
    slotOn('2026-12-05'),
    { ...slotOn('2026-12-02'), isForced: true },
    slotOn('2026-11-20'),
  ]) {
    await phase.apply(orgs, slot);
    expect(await books()).toBe(before);
  }
  expect(await phase.due({ ...slotOn('2026-12-02'), isForced: true }, undefined)).toEqual(orgs);
});

test('a month is rated before it is closed; what comes after its grace goes on the month after', async () => {
  const org = await makeOrg(admin);
  await admin.query(`insert into plan (id, name) values ('metered', 'Metered') on conflict do nothing`);
  await admin.query(
    `insert into meter (id, name, aggregation) values ('calls', 'Calls', 'sum') on conflict do nothing`,
  );
  await admin.query(
    `insert into plan_price (plan_id, meter, from_at, price) values ('metered', 'calls', '2026-01-01', '{"model": "per_unit", "currency": "EUR", "unitPrice": "0.10"}')`,
  );
  await admin.query(`insert into org_plan (org_id, from_at, plan_id) values ($1, '2026-01-01', 'metered')`, [org]);
  const use = (id: string, quantity: number, start: string, received: string) =>
    admin.query(
      `insert into usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at)
      values ($1, $2, 0, 'calls', $3, $4, $4::timestamptz + interval '1 hour', $5, $5)`,
      [org, id, quantity, start, received],
    );
  const linesOf = async (number: string) => {
    const { rows } = await admin.query(
      `select l.quantity::float8 as quantity, l.amount_minor::int as minor, l.is_late as late from invoice i join invoice_line l on l.org_id = i.org_id
        and l.invoice_id = i.id where i.org_id = $1 and i.status <> 'draft' and to_char(i.period_start at time zone 'UTC', 'YYYY-MM') = $2 order by l.source_key`,
      [org, number],
    );
    return rows;
  };
  await use('in-time', 100, '2026-11-30T20:00:00Z', '2026-12-01T11:00:00Z');
  await use('december', 7, '2026-12-01T00:00:00Z', '2026-12-01T11:00:00Z');
  await phase.apply([org], slotOn('2026-12-02'));
  expect(await linesOf('2026-11')).toEqual([{ quantity: 100, minor: 1_000, late: false }]);
  await use('late', 20, '2026-11-30T21:00:00Z', '2026-12-02T09:00:00Z');
  await phase.apply([org], slotOn('2027-01-02'));
  expect(await linesOf('2026-11')).toHaveLength(1);
  expect(await linesOf('2026-12')).toEqual([
    { quantity: 20, minor: 200, late: true },
    { quantity: 7, minor: 70, late: false },
  ]);
  await expectBooksAgree(admin);
});

test('what is parked stays a draft; a month without an invoice is closed all the same', async () => {
  await begin();
  const [parkedOrg = '', parkedDraft = '', empty = ''] = await makeOrgs(admin, 3);
  await makeDraft(admin, parkedOrg, { ...november, lines: [usage(100)] });
  const draft = await makeDraft(admin, parkedDraft, { ...november, lines: [usage(100)] });
  await admin.query("update org_billing set parked_at = now(), parked_reason = 'test' where org_id = $1", [parkedOrg]);
  await admin.query("update invoice set parked_at = now(), parked_reason = 'test' where id = $1", [draft]);
  const due = await phase.due(slotOn('2026-12-02'), undefined);
  expect(due).toEqual([parkedDraft, empty]);
  await phase.apply(due, slotOn('2026-12-02'));
  expect(await numbersOf(admin)).toEqual([]);
  expect((await closedThrough(empty))?.closed_through).toEqual(new Date(november.end));
  await admin.query('update invoice set parked_at = null, parked_reason = null where id = $1', [draft]);
  // Let go, it is closed by the next slot, not by the next month's.
  expect(await phase.due(slotOn('2026-12-03'), undefined)).toEqual([parkedDraft]);
  await phase.apply([parkedDraft], slotOn('2026-12-03'));
  expect(await phase.due(slotOn('2026-12-04'), undefined)).toEqual([]);
  expect(await numbersOf(admin)).toEqual([1]);
});

test('a page of orgs is what lies after one and up to another', async () => {
  await begin();
  await makeOrgs(admin, 6);
  expect(await phase.due(slotOn('2026-12-02'), { after: 'org-001', until: 'org-003' })).toEqual(['org-002', 'org-003']);
});
