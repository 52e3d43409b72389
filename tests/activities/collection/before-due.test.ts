import { expect, test } from 'vitest';
import { day, useSandbox } from './sandbox-site.ts';
import { caseOf, invoiceOf, makeInvoice, makePayer, paymentsOf } from './world.ts';

const site = useSandbox();
const dueAt = '2026-11-12T00:00:00Z';

test.each(['pm_declined_soft', 'pm_declined_hard'])(
  'what staff try before an invoice is due, and %s, opens no case: that counts from the collection that fails once it is due',
  async (token) => {
    const orgId = await makePayer(site.world, token);
    const id = await makeInvoice(site.world, orgId, { dueAt });
    expect(await site.retryByHand(orgId, id, 2)).toBe('failed');
    const told = site.world.notices.length;
    for (const n of [2, 3, 5, 9]) await site.world.tick(day(n, '12'));
    expect(await caseOf(site.world, id)).toBeUndefined();
    expect(site.world.notices).toHaveLength(told);
    expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'open', due: 10_000 });
    await site.world.tick(day(10));
    const tried = [{ trigger: 'by_hand' }, { trigger: 'collection', status: 'failed' }];
    expect(await paymentsOf(site.world, id)).toMatchObject(tried);
    expect(await caseOf(site.world, id)).toMatchObject({ state: 'retrying', steps_left: [1, 2, 3, 4, 5] });
  },
);

test('what staff try before an invoice is due, and is not known, is found out: charged, it is paid', async () => {
  const orgId = await makePayer(site.world, 'pm_timeout_charged');
  const id = await makeInvoice(site.world, orgId, { dueAt });
  expect(await site.retryByHand(orgId, id, 2)).toBe('unknown');
  await site.world.tick(day(2, '13'));
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 0 });
  expect(await site.taken(id)).toEqual([10_000n]);
});
