import { afterAll, beforeAll, expect, test } from 'vitest';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { applyEvents } from '#activities/apply-events';
import { rateOrgs } from '#activities/rating/rate-orgs';
import { lockOrgs } from '#activities/billing/lock-orgs';
import { inTenants } from '#prisma/pool';
import { readUnbilledLeads } from '#prisma/unbilled-leads';
import { acceptAll, makeOrg, type Told } from '../../support/events.ts';
import { expectBooks } from '#tests/support/invariants';
import { books, openCommandSite, type CommandSite } from './command-site.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
});

afterAll(() => site.close());

function lead(leadId: string, feeMinor?: number): Told[] {
  const fee = feeMinor === undefined ? {} : { feeMinor, currency: 'EUR' };
  return [
    { type: 'lead.created', at: 0, data: { leadId, source: 'web' } },
    { type: 'lead.converted', at: 1, data: { leadId, ...fee } },
  ];
}

async function rate(orgId: string) {
  await inTenants(site.worker, [orgId], async (client) => {
    await lockOrgs(client, [orgId]);
    await rateOrgs(client, [orgId], Date.parse('2026-11-24T02:15:00Z'));
  });
}

test('8 staff who add the same leads at once make one line each, and the rating makes none more', async () => {
  const org = await makeOrg(site.admin);
  const told = [...lead('a', 100), ...lead('b', 250), ...lead('c', 300), ...lead('free', 0), ...lead('dear')];
  await applyEvents(
    site.worker,
    await acceptAll(site.admin, org, [...told, { type: 'lead.created', data: { leadId: 'raw', source: 'web' } }]),
    'w',
  );
  const unbilled = async () =>
    (await readUnbilledLeads(site.admin, org, 10)).map(({ leadId, billing }) => `${leadId} ${billing}`);
  expect((await unbilled()).toSorted()).toEqual(['a billable', 'b billable', 'c billable', 'dear unpriced']);
  const leadIds = ['a', 'b', 'c', 'free', 'dear', 'raw', 'none', 'a'];
  const ids = await Promise.all(Array.from({ length: 8 }, () => site.order(org, 'add_leads', { leadIds })));
  const given = await Promise.all(ids.map((id) => site.execute(org, id)));
  const outcomes = given.map(({ result }) => JSON.stringify(result));
  expect(outcomes.filter((text) => text.includes('"added"'))).toHaveLength(1);
  expect(given.find(({ result }) => JSON.stringify(result).includes('"added"'))?.result).toMatchObject({
    leads: [
      { leadId: 'a', outcome: 'added', amountMinor: '100', currency: 'EUR' },
      { leadId: 'b', outcome: 'added' },
      { leadId: 'c', outcome: 'added' },
      { leadId: 'free', outcome: 'free' },
      { leadId: 'dear', outcome: 'unpriced' },
      { leadId: 'raw', outcome: 'not_converted' },
      { leadId: 'none', outcome: 'unknown' },
    ],
  });
  expect(outcomes.filter((text) => text.includes('"already_billed"'))).toHaveLength(7);
  const audited = await site.read(
    "select detail::text from audit_log where org_id = $1 and action = 'command.add_leads'",
    [org],
  );
  expect(audited).toHaveLength(8);
  expect(audited.filter(({ detail }) => String(detail).includes('"added"'))).toHaveLength(1);
  expect(await unbilled()).toEqual(['dear unpriced']);
  expect(await site.give(org, 'price_lead', { leadId: 'dear', feeMinor: '999', currency: 'EUR' })).toMatchObject({
    status: 'done',
  });
  // What the tenant tells later of the lead leaves the price as staff set it.
  await applyEvents(
    site.worker,
    await acceptAll(site.admin, org, [
      { type: 'lead.created', at: 2, data: { leadId: 'dear', source: 'web', name: 'D' } },
    ]),
    'w',
  );
  await rate(org);
  await rate(org);
  expect(await site.give(org, 'add_leads', { leadIds: ['dear'] })).toMatchObject({
    result: { leads: [{ outcome: 'already_billed' }] },
  });
  expect(
    await site.read('select source_key, amount_minor::int as minor from invoice_line where org_id = $1 order by 1', [
      org,
    ]),
  ).toEqual([
    { source_key: 'lead:a', minor: 100 },
    { source_key: 'lead:b', minor: 250 },
    { source_key: 'lead:c', minor: 300 },
    { source_key: 'lead:dear', minor: 999 },
  ]);
  await expectBooks(site.admin);
});

test('a command is done once, whoever runs it how often, with one audit entry', async () => {
  const { orgId, invoiceId } = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }]);
  const id = await site.order(orgId, 'credit_note', { invoiceId, amountMinor: '400' });
  await Promise.all(Array.from({ length: 5 }, () => site.execute(orgId, id)));
  expect(
    await site.read('select due_minor::int as due, credited_minor::int as credited from invoice where org_id = $1', [
      orgId,
    ]),
  ).toEqual([{ due: 600, credited: 400 }]);
  expect(
    await site.read("select outcome from audit_log where org_id = $1 and action = 'command.credit_note'", [orgId]),
  ).toEqual([{ outcome: 'ok' }]);
});

test('a refund goes back to credit and to cash as it was paid, and is booked once its provider has made it', async () => {
  const { orgId, invoiceId } = await site.makeInvoice([
    { stream: 'leads', minor: 600 },
    { stream: 'usage', minor: 400 },
  ]);
  expect(await site.give(orgId, 'retry_payment', { invoiceId })).toMatchObject({ status: 'done' });
  expect(await site.read('select status from invoice where org_id = $1', [orgId])).toEqual([{ status: 'paid' }]);
  expect(await site.give(orgId, 'refund', { invoiceId, amountMinor: '100' })).toMatchObject({ status: 'done' });
  expect(
    await site.read('select status, paid_to, amount_minor::int as minor from refund where org_id = $1', [orgId]),
  ).toEqual([{ status: 'succeeded', paid_to: 'cash', minor: 100 }]);
  expect(
    await site.read(
      `select concat_ws('/', account, stream) as account, sum(amount_minor)::int as minor from billing_ledger where org_id = $1 group by 1
       having sum(amount_minor) <> 0 order by 1`,
      [orgId],
    ),
  ).toEqual([
    { account: 'cash', minor: 900 },
    { account: 'revenue/leads', minor: -540 },
    { account: 'revenue/usage', minor: -360 },
  ]);
  expect(await site.give(orgId, 'refund', { invoiceId, amountMinor: '901' })).toMatchObject({
    result: { refused: 'refund_exceeds_paid' },
  });
  await expectBooks(site.admin);
});

test('two refunds of the invoice as it was seen are one, also while the provider has not answered the first', async () => {
  const { orgId, invoiceId } = await site.makeInvoice([{ stream: 'leads', minor: 1_000 }]);
  await site.give(orgId, 'retry_payment', { invoiceId });
  const [seen] = await site.read('select version from invoice where org_id = $1', [orgId]);
  const body = { invoiceId, amountMinor: '300', versionSeen: seen?.['version'] };
  const ids = [await site.order(orgId, 'refund', body), await site.order(orgId, 'refund', body)];
  for (const id of ids) await executeStaffCommand(site.worker, { orgId, id });
  expect(await site.read('select status, amount_minor::int as minor from refund where org_id = $1', [orgId])).toEqual([
    { status: 'pending', minor: 300 },
  ]);
  for (const id of ids) await site.execute(orgId, id);
  expect(await site.read('select refunded_minor::int as minor from invoice where org_id = $1', [orgId])).toEqual([
    { minor: 300 },
  ]);
  await expectBooks(site.admin);
});

const refused: {
  what: string;
  token?: string;
  before?: [string, object][];
  kind: string;
  body: object;
  code: string;
}[] = [
  {
    what: 'a credit note above what is due',
    kind: 'credit_note',
    body: { amountMinor: '1001' },
    code: 'credit_exceeds_due',
  },
  { what: 'a credit note of nothing', kind: 'credit_note', body: { amountMinor: '0' }, code: 'amount_not_positive' },
  {
    what: 'a credit note on what staff did not see',
    kind: 'credit_note',
    body: { amountMinor: '1', versionSeen: 1 },
    code: 'changed_meanwhile',
  },
  { what: 'a refund of what was not paid', kind: 'refund', body: { amountMinor: '1' }, code: 'refund_exceeds_paid' },
  {
    what: 'a refund of a payment that is not there',
    before: [['retry_payment', {}]],
    kind: 'refund',
    body: { amountMinor: '1', paymentRef: 'x' },
    code: 'unknown_payment',
  },
  { what: 'a void with money', before: [['retry_payment', {}]], kind: 'void', body: {}, code: 'move_not_legal' },
  {
    what: 'a void over an attempt without outcome',
    token: 'pm_timeout_charged',
    before: [['retry_payment', {}]],
    kind: 'void',
    body: {},
    code: 'attempt_unsettled',
  },
  {
    what: 'a second retry over an attempt without outcome',
    token: 'pm_timeout_not_charged',
    before: [['retry_payment', {}]],
    kind: 'retry_payment',
    body: {},
    code: 'attempt_unsettled',
  },
  {
    what: 'a second retry of the invoice as it was seen, when the first was declined',
    token: 'pm_declined_soft',
    before: [['retry_payment', { versionSeen: 2 }]],
    kind: 'retry_payment',
    body: { versionSeen: 2 },
    code: 'changed_meanwhile',
  },
  { what: 'a write-off of an open invoice', kind: 'write_off', body: {}, code: 'move_not_legal' },
  { what: 'a void of a void one', before: [['void', {}]], kind: 'void', body: {}, code: 'move_not_legal' },
  {
    what: 'a retry with nothing due',
    before: [['credit_note', { amountMinor: '1000' }]],
    kind: 'retry_payment',
    body: {},
    code: 'nothing_due',
  },
  { what: 'an invoice that is not there', kind: 'void', body: { invoiceId: 'inv_none' }, code: 'unknown_invoice' },
  { what: 'a pause without a case', kind: 'pause_dunning', body: {}, code: 'no_case' },
  {
    what: 'a lead that is not there',
    kind: 'price_lead',
    body: { leadId: 'x', feeMinor: '1', currency: 'EUR', invoiceId: undefined },
    code: 'unknown_lead',
  },
  {
    what: 'usage of no meter',
    kind: 'correct_usage',
    body: {
      meter: 'none',
      quantity: '-1',
      windowStart: '2026-10-01T00:00:00Z',
      windowEnd: '2026-10-01T01:00:00Z',
      invoiceId: undefined,
    },
    code: 'unknown_meter',
  },
  { what: 'what is not parked', kind: 'unpark', body: {}, code: 'not_parked' },
  { what: 'a body that cannot be read', kind: 'credit_note', body: { amountMinor: -1 }, code: 'malformed' },
  { what: 'a command that nobody knows', kind: 'dance', body: {}, code: 'malformed' },
];

test.each(refused)('refused, and nothing changes: $what', async ({ token, before = [], kind, body, code }) => {
  const { orgId, invoiceId } = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }], token);
  const give = async (name: string, told: object) =>
    site.execute(orgId, await site.orderAny(orgId, name, { invoiceId, ...told }));
  for (const [name, told] of before) expect(await give(name, told)).toMatchObject({ status: 'done' });
  const untouched = await books(site.admin, orgId);
  expect(await give(kind, body)).toMatchObject({ status: 'refused', result: { refused: code } });
  expect(await books(site.admin, orgId)).toBe(untouched);
  expect(
    await site.read('select outcome from audit_log where org_id = $1 and action = $2 order by seq desc limit 1', [
      orgId,
      `command.${kind}`,
    ]),
  ).toEqual([{ outcome: 'rejected' }]);
});

test('corrections of usage and credits are rows of the command, and may be below 0', async () => {
  const org = await makeOrg(site.admin);
  await site.admin.query(
    "insert into meter (id, name, aggregation) values ('calls', 'Calls', 'sum'), ('ai.overage', 'AI', 'sum') on conflict do nothing",
  );
  const window = { windowStart: '2026-10-01T00:00:00Z', windowEnd: '2026-10-01T01:00:00Z' };
  expect(await site.give(org, 'correct_usage', { meter: 'calls', quantity: '-2.5', ...window })).toMatchObject({
    status: 'done',
  });
  const overage = await site.give(org, 'correct_usage', { meter: 'ai.overage', quantity: '-2', ...window });
  expect(overage).toMatchObject({ status: 'refused', result: { refused: 'unknown_meter' } });
  expect(await site.give(org, 'correct_credits', { credits: '-10' })).toMatchObject({ status: 'done' });
  expect(
    await site.read('select quantity::float as quantity, is_correction from usage_meter where org_id = $1', [org]),
  ).toEqual([{ quantity: -2.5, is_correction: true }]);
  expect(
    await site.read('select source, credits::float as credits from credit_grant where org_id = $1', [org]),
  ).toEqual([{ source: 'staff', credits: -10 }]);
  await site.admin.query("update org_billing set parked_at = now(), parked_reason = 'M1' where org_id = $1", [org]);
  expect(await site.give(org, 'unpark', {})).toMatchObject({ status: 'done' });
  await expectBooks(site.admin);
});

test('a new payment method retries at once what waited for it', async () => {
  const { orgId, invoiceId } = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }], 'pm_declined_hard');
  await site.give(orgId, 'retry_payment', { invoiceId });
  expect(await site.give(orgId, 'pause_dunning', { invoiceId })).toMatchObject({ status: 'done' });
  expect(await site.give(orgId, 'resume_dunning', { invoiceId })).toMatchObject({ status: 'done' });
  const given = await site.give(orgId, 'set_payment_method', { provider: 'sandbox', token: 'pm_ok' });
  expect(given).toMatchObject({ status: 'done', result: { retried: [invoiceId] } });
  expect(
    await site.read(
      'select i.status, c.state from invoice i join dunning_case c on c.org_id = i.org_id where i.org_id = $1',
      [orgId],
    ),
  ).toEqual([{ status: 'paid', state: 'closed' }]);
  await expectBooks(site.admin);
});
