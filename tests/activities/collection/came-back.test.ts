import { expect, test } from 'vitest';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { readProviderMismatches } from '#prisma/provider-matches';
import type { FakeRefund } from '#tests/payments/fake-refunds';
import { outcomeOf, storeOrder } from './orders.ts';
import { useStripe } from './stripe-site.ts';
import { brokenBy, invoiceOf } from './world.ts';

const site = useStripe();
let told = 0;

async function tell(type: string, { payment_intent: { id } }: FakeRefund) {
  const name = { provider: 'stripe', id: `evt_${(told += 1)}` };
  await site.tell(name.id, type, id);
  await handleProviderEvent(site.world.resources, name);
}

/** Its bank sends it back: what its charge counts as refunded falls again, or it does not. */
function fail(made: FakeRefund, { hasFallen = true } = {}) {
  Object.assign(made, { status: 'failed', failure_reason: 'lost_or_stolen_card' });
  const charge = made.payment_intent.latest_charge;
  if (hasFallen && charge) charge.amount_refunded -= made.amount;
}

/** An invoice that somebody paid at the provider by hand, and that was given back there before the books heard of it: it was collected. */
async function makeGoneBack(currency = 'EUR') {
  const { orgId, id } = await site.makeDue('pm_card');
  const { id: ref } = site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, currency);
  const made = site.stripe.refundByHand(ref, 5_000);
  for (const hour of [0, 1]) await site.tick(hour);
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 5_000, due: 0, overpaid: 0 });
  expect(await asked(id)).toEqual({ m7: [], m8: [] });
  expect(await readProviderMismatches(site.world.admin, [orgId])).toEqual([]);
  return { orgId, id, made };
}

const asked = async (id: string) => {
  const of = async (invariant: string) =>
    [...new Set(await brokenBy(site.world, invariant))].filter((subject) => subject === id);
  return { m7: await of('M7'), m8: await of('M8') };
};

test.each<[string, (made: FakeRefund) => Promise<unknown>]>([
  ['its webhook', (made) => (fail(made), tell('refund.failed', made))],
  [
    'its webhook twice',
    async (made) => {
      fail(made);
      for (let n = 0; n < 2; n += 1) await tell('refund.failed', made);
    },
  ],
  [
    'its webhook before that of the refund itself',
    async (made) => {
      fail(made);
      for (const type of ['refund.failed', 'refund.created', 'charge.refunded']) await tell(type, made);
    },
  ],
  [
    'a webhook, where its charge still counts it',
    (made) => (fail(made, { hasFallen: false }), tell('refund.updated', made)),
  ],
  ['the charge alone, of which less is refunded', (made) => (fail(made), tell('charge.refund.updated', made))],
  [
    'the daily list, weeks after',
    async (made) => {
      for (const day of [1, 20]) await site.tick(24 * day);
      fail(made);
      await site.tick(24 * 21);
    },
  ],
])(
  'what went back of a charge that the books lack, and failed, is credit, once, and goes back again: told by %s',
  async (_, happens) => {
    const { orgId, id, made } = await makeGoneBack();
    await happens(made);
    const isCredit = { status: 'paid', paid: 5_000, due: 0, overpaid: 5_000 };
    expect(await invoiceOf(site.world, id)).toEqual(isCredit);
    await site.tick(24 * 22);
    expect(await invoiceOf(site.world, id)).toEqual(isCredit);
    expect(await asked(id)).toEqual({ m7: [id], m8: [] });
    const order = { invoiceId: id, amountMinor: '5000', ofOverpaid: true };
    const name = await storeOrder(site.world.admin, orgId, 'refund', order, new Date(site.stripe.now));
    await executeStaffCommand(site.world.worker, name);
    await settleStaffCommand(site.world.resources, name);
    expect(await outcomeOf(site.world.admin, name)).toBe('done');
    expect(site.stripe.refunds.map(({ status }) => status)).toEqual(['failed', 'succeeded']);
    expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 0 });
  },
);

test('of a charge in another currency that went back nothing is left to explain, until that fails', async () => {
  const { id, made } = await makeGoneBack('USD');
  fail(made);
  await tell('refund.failed', made);
  expect((await asked(id)).m8).toEqual([id]);
  site.stripe.refundByHand(made.payment_intent.id, 5_000);
  await tell('charge.refunded', made);
  expect(await asked(id)).toEqual({ m7: [], m8: [] });
});
