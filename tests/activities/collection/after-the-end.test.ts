import { expect, test } from 'vitest';
import { day, useSandbox } from './sandbox-site.ts';
import { caseOf, invoiceOf, makeInvoice, makePayer, paymentsOf } from './world.ts';

const site = useSandbox();
const { taken, changeMethod, retryByHand } = site;

/** An invoice whose case ended on day 3, after a retry on day 1. */
async function makeEnded(endState: string, token = 'pm_declined_soft') {
  const orgId = await makePayer(site.world, token, { policy: { retryDays: [1], graceDays: 2, endState } });
  const id = await makeInvoice(site.world, orgId);
  for (const n of [0, 1, 3]) await site.world.tick(day(n));
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'ended' });
  return { orgId, id, told: site.world.notices.length };
}

test('a method that changes while the last attempt of a case that ended is not known collects once, when there was no charge', async () => {
  const { orgId, id, told } = await makeEnded('past_due');
  expect(await changeMethod(orgId, 'pm_timeout_not_charged', 4)).toEqual(['unknown']);
  expect(await changeMethod(orgId, 'pm_declined_soft', 4)).toEqual([]);
  await site.world.tick(day(4, '12'));
  expect(await paymentsOf(site.world, id)).toHaveLength(3);
  for (const hour of ['12', '13', '14']) await site.world.tick(day(5, hour));
  const tried = [{ code: 'not_charged' }, { trigger: 'new_method', status: 'failed', code: 'insufficient_funds' }];
  expect((await paymentsOf(site.world, id)).slice(2)).toMatchObject(tried);
  expect(site.world.notices).toHaveLength(told);
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'ended', is_closed: true, next_at: null });
  expect(await taken(id)).toEqual([]);
});

test('a method that changes while the last attempt of a case that ended is not known charges nothing, when that one was charged', async () => {
  const { orgId, id } = await makeEnded('cancel_subscription');
  expect(await changeMethod(orgId, 'pm_timeout_charged', 4)).toEqual(['unknown']);
  expect(await changeMethod(orgId, 'pm_ok', 4)).toEqual([]);
  for (const n of [5, 6]) await site.world.tick(day(n));
  expect(await taken(id)).toEqual([10_000n]);
  expect(await paymentsOf(site.world, id)).toHaveLength(3);
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 0 });
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'ended', next_at: null });
});

test.each([
  ['past_due', 'open'],
  ['uncollectible', 'uncollectible'],
])(
  'staff retry what a case left due that ended as %s: each time one attempt, and no slot makes more',
  async (endState, status) => {
    const { orgId, id, told } = await makeEnded(endState, 'pm_soft_then_ok_3');
    expect(await invoiceOf(site.world, id)).toMatchObject({ status, due: 10_000 });
    expect(await retryByHand(orgId, id, 4)).toBe('failed');
    for (const n of [5, 6, 30]) await site.world.tick(day(n));
    expect(await paymentsOf(site.world, id)).toHaveLength(3);
    expect(await caseOf(site.world, id)).toMatchObject({ state: 'ended' });
    expect(site.world.notices).toHaveLength(told);
    const both = await Promise.all([retryByHand(orgId, id, 31), retryByHand(orgId, id, 31)]);
    expect(both.filter((one) => one === 'succeeded')).toHaveLength(1);
    expect(await taken(id)).toEqual([10_000n]);
    expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 0 });
    expect(await retryByHand(orgId, id, 32)).toBe('nothing_due');
  },
);

test.each([
  ['pm_timeout_charged', [10_000n], 'paid'],
  ['pm_timeout_not_charged', [], 'uncollectible'],
] as const)(
  'a retry by hand of what was given up, by %s, is asked for and blocks until its truth',
  async (token, took, status) => {
    const { orgId, id } = await makeEnded('uncollectible');
    expect(await changeMethod(orgId, token, 4)).toEqual([]);
    expect(await retryByHand(orgId, id, 4)).toBe('unknown');
    expect(await retryByHand(orgId, id, 4)).toBe('attempt_unsettled');
    for (const n of [5, 6]) await site.world.tick(day(n, '12'));
    expect(await taken(id)).toEqual(took);
    expect(await invoiceOf(site.world, id)).toMatchObject({ status });
    expect(await paymentsOf(site.world, id)).toHaveLength(3);
  },
);
