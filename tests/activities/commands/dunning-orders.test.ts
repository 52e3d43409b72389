import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { dayMs } from '#domain/instants';
import { acceptAll } from '../../support/events.ts';
import { expectBooks } from '#tests/support/invariants';
import { openCommandSite, type CommandSite } from './command-site.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
});
afterAll(() => site.close());

async function makeCase() {
  const made = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }], 'pm_declined_soft');
  await site.give(made.orgId, 'retry_payment', { invoiceId: made.invoiceId });
  const [opened] = await site.read('select id from dunning_case where org_id = $1', [made.orgId]);
  if (!opened) {
    await site.admin.query(
      `insert into dunning_case (org_id, id, invoice_id, state, next_at, opened_at, policy, failed_on, steps_left)
       values ($1, $2, $2, 'retrying', now(), now(), '{"retryDays": [1, 3], "graceDays": 2, "endState": "uncollectible"}', current_date, '{1,2}')`,
      [made.orgId, made.invoiceId],
    );
  }
  return made;
}

const due = async (at: number) =>
  (await site.read('select id from due_for_collection($1)', [new Date(at).toISOString()])).map(({ id }) => id);

test('a case that is held until an instant is passed over until then, and looked at again from then on', async () => {
  const { orgId, invoiceId } = await makeCase();
  await site.admin.query("update dunning_case set next_at = now() - interval '1 day' where org_id = $1", [orgId]);
  const name = `${orgId}:${invoiceId}`;
  const until = Date.now() + 3 * dayMs;
  expect(await due(Date.now())).toContain(name);
  const told = { invoiceId, until: new Date(until).toISOString() };
  expect(await site.give(orgId, 'pause_dunning', told)).toMatchObject({ status: 'done', result: told });
  expect(await due(until - 1)).not.toContain(name);
  expect(await due(until)).toContain(name);
  await site.give(orgId, 'pause_dunning', { invoiceId });
  expect(await due(until + 99 * dayMs)).not.toContain(name);
  await site.give(orgId, 'resume_dunning', { invoiceId });
  expect(await due(Date.now())).toContain(name);
  const past = { invoiceId, until: '2020-01-01T00:00:00Z' };
  expect(await site.give(orgId, 'pause_dunning', past)).toMatchObject({
    status: 'refused',
    result: { refused: 'not_ahead' },
  });
});

test('a notice by hand is recorded once a day, however often and by whomever it is ordered', async () => {
  const { orgId, invoiceId } = await makeCase();
  const notices = () =>
    site.read('select channel from dunning_notice where org_id = $1 and step >= 1000 and sent_at is null', [orgId]);
  expect(await site.give(orgId, 'send_notice', { invoiceId })).toMatchObject({ status: 'done' });
  expect(await site.give(orgId, 'send_notice', { invoiceId })).toMatchObject({
    status: 'refused',
    result: { refused: 'notice_recorded' },
  });
  expect(await notices()).toEqual([{ channel: 'log' }]);
});

test('of two who hold or release a case as both saw it, the second is refused, and the first stands', async () => {
  const { orgId, invoiceId } = await makeCase();
  const version = async () =>
    (await site.read('select version from invoice where org_id = $1', [orgId]))[0]?.['version'];
  const both = { invoiceId, versionSeen: await version() };
  const refused = { status: 'refused', result: { refused: 'changed_meanwhile' } };
  expect(await site.give(orgId, 'pause_dunning', { ...both, until: '2099-01-01T00:00:00Z' })).toMatchObject({
    status: 'done',
  });
  expect(await site.give(orgId, 'pause_dunning', both)).toMatchObject(refused);
  expect(await site.give(orgId, 'resume_dunning', both)).toMatchObject(refused);
  expect(await site.read('select paused_until > now() as holds from dunning_case where org_id = $1', [orgId])).toEqual([
    { holds: true },
  ]);
  expect(await site.give(orgId, 'resume_dunning', { invoiceId, versionSeen: await version() })).toMatchObject({
    status: 'done',
  });
});

test('an open invoice that is given up closes its case and stays due, is given up once, and can be written off', async () => {
  const { orgId, invoiceId } = await makeCase();
  const [before] = await site.read('select version from invoice where org_id = $1', [orgId]);
  const body = { invoiceId, versionSeen: before?.['version'] };
  expect(await site.give(orgId, 'mark_uncollectible', body)).toMatchObject({
    status: 'done',
    result: { status: 'uncollectible', dueMinor: '1000' },
  });
  expect(await site.give(orgId, 'mark_uncollectible', body)).toMatchObject({
    status: 'refused',
    result: { refused: 'changed_meanwhile' },
  });
  expect(await site.give(orgId, 'mark_uncollectible', { invoiceId })).toMatchObject({
    status: 'refused',
    result: { refused: 'move_not_legal' },
  });
  expect(await site.read('select state, closed_by from dunning_case where org_id = $1', [orgId])).toEqual([
    { state: 'closed', closed_by: 'canceled' },
  ]);
  expect(await site.give(orgId, 'write_off', { invoiceId })).toMatchObject({ status: 'done' });
  await expectBooks(site.admin);
});

test('credit that was not there after all is due again on an invoice that is written off, which is written off again', async () => {
  const lines = [{ stream: 'usage', minor: 1_000 }] as const;
  const { orgId, invoiceId } = await site.makeInvoice(lines, 'pm_declined_soft', 400);
  const body = { invoiceId };
  await site.give(orgId, 'mark_uncollectible', body);
  expect(await site.give(orgId, 'write_off', body)).toMatchObject({ status: 'done', result: { amountMinor: '600' } });
  await site.admin.query(
    `insert into billing_ledger (org_id, transaction_id, entry, account, amount_minor, currency, at, fact, reversal_of)
     select org_id, 'gift back', entry, account, -amount_minor, currency, at, 'reversal', 'gift' from billing_ledger
     where org_id = $1 and transaction_id = 'gift'`,
    [orgId],
  );
  await applyEvents(site.worker, await acceptAll(site.admin, orgId, [{ type: 'invoice.issued' }]), 'event:test');
  expect(
    await site.read("select status, due_minor::int as due from invoice where org_id = $1 and source = 'rated'", [
      orgId,
    ]),
  ).toEqual([{ status: 'uncollectible', due: 400 }]);
  expect(await site.give(orgId, 'write_off', body)).toMatchObject({
    status: 'done',
    result: { amountMinor: '400', dueMinor: '0' },
  });
  await expectBooks(site.admin);
});

test.each([
  [{ provider: 'stripe', token: 'cus_1/pm_1' }, 'provider_not_set_up'],
  [{ provider: 'sandbox', token: '4242 4242 4242 4242' }, 'malformed'],
])('a method that nobody could charge, or that may be a card itself, is not set: %j', async (method, code) => {
  const { orgId } = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }], 'pm_declined_soft');
  expect(await site.give(orgId, 'set_payment_method', method)).toMatchObject({
    status: 'refused',
    result: { refused: code },
  });
  expect(await site.read('select payment_token as token from org_billing where org_id = $1', [orgId])).toEqual([
    { token: 'pm_declined_soft' },
  ]);
  expect(await site.read('select ref from payment where org_id = $1', [orgId])).toEqual([]);
});
