import { afterAll, beforeAll, expect, test } from 'vitest';
import { closingPhase } from '#activities/closing/closing-phase';
import { readCreditOfOrgs } from '#prisma/credit-of-orgs';
import { expectBooks } from '#tests/support/invariants';
import { makeDraft, slotOn } from '../closing/drafts.ts';
import { openCommandSite, type CommandSite } from './command-site.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
});

afterAll(() => site.close());

/** An org that paid 15.00 EUR too much, of which its invoice took 10.00. */
const makeOrgWithCredit = async () => {
  const { orgId } = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }], 'pm_ok', 1_500);
  return orgId;
};
const creditOf = async (orgId: string) =>
  (await readCreditOfOrgs(site.admin, [orgId])).map(({ minor, currency }) => `${minor} ${currency}`);
const payOut = (orgId: string, amountMinor: string, more: object = {}) =>
  site.give(orgId, 'pay_out_credit', { amountMinor, currency: 'EUR', ...more });

test('credit that is paid out is cash that left, and pays no later invoice', async () => {
  const orgId = await makeOrgWithCredit();
  expect(await creditOf(orgId)).toEqual(['500 EUR']);
  expect(await payOut(orgId, '200', { heldSeen: '500' })).toMatchObject({
    status: 'done',
    result: { amountMinor: '200', currency: 'EUR', leftMinor: '300' },
  });
  expect(await creditOf(orgId)).toEqual(['300 EUR']);
  expect(
    await site.read(
      "select account, amount_minor::int as minor from billing_ledger where org_id = $1 and fact = 'credit_paid_out' order by account",
      [orgId],
    ),
  ).toEqual([
    { account: 'cash', minor: -200 },
    { account: 'credit', minor: 200 },
  ]);
  const period = { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' };
  const invoiceId = await makeDraft(site.admin, orgId, { ...period, lines: [{ stream: 'usage', minor: 1_000 }] });
  await closingPhase(site.worker).apply([orgId], slotOn('2026-12-02'));
  expect(
    await site.read('select due_minor::int as due from invoice where org_id = $1 and id = $2', [orgId, invoiceId]),
  ).toEqual([{ due: 700 }]);
  await expectBooks(site.admin);
});

test.each([
  ['more than there is', { amountMinor: '501' }, 'pay_out_exceeds_credit'],
  ['nothing', { amountMinor: '0' }, 'amount_not_positive'],
  ['another currency', { currency: 'USD' }, 'pay_out_exceeds_credit'],
  ['other credit than was seen', { heldSeen: '600' }, 'changed_meanwhile'],
  ['an amount below 0', { amountMinor: '-1' }, 'malformed'],
])('refused, and nothing changes: %s', async (_, more, code) => {
  const orgId = await makeOrgWithCredit();
  expect(await payOut(orgId, '100', more)).toMatchObject({ status: 'refused', result: { refused: code } });
  expect(await creditOf(orgId)).toEqual(['500 EUR']);
  await expectBooks(site.admin);
});

test('of orders side by side for all of it one is done, and one that runs again books nothing', async () => {
  const orgId = await makeOrgWithCredit();
  const orders = await Promise.all(
    Array.from({ length: 6 }, () => site.order(orgId, 'pay_out_credit', { amountMinor: '500', currency: 'EUR' })),
  );
  const run = () => Promise.all(orders.map((id) => site.execute(orgId, id)));
  await run();
  const given = await run();
  expect(given.map(({ status }) => status).toSorted()).toEqual([...Array(1).fill('done'), ...Array(5).fill('refused')]);
  expect(await creditOf(orgId)).toEqual([]);
  await expectBooks(site.admin);
});
