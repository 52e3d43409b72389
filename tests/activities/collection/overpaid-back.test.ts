import { expect, test } from 'vitest';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { settleRefund } from '#activities/collection/settle-refund';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { readCreditOfOrgs } from '#prisma/credit-of-orgs';
import { readProviderMismatches } from '#prisma/provider-matches';
import { providersOf } from '#tests/payments/fake-stripe';
import { outcomeOf, storeOrder } from './orders.ts';
import { useStripe } from './stripe-site.ts';
import { auditOf, brokenBy, invoiceOf } from './world.ts';

const site = useStripe();

/** Ordered at the clock of the site, and sent unless told. */
async function order(orgId: string, invoiceId: string, body: object, { isSent = true } = {}) {
  const { admin, worker } = site.world;
  const resources = { ...site.world.resources, providers: providersOf(site.stripe, 20_000) };
  const told = { invoiceId, amountMinor: '5000', ofOverpaid: true, ...body };
  const name = await storeOrder(admin, orgId, 'refund', told, new Date(site.stripe.now));
  await executeStaffCommand(worker, name);
  if (isSent) await settleStaffCommand(resources, name);
  return { outcome: await outcomeOf(admin, name), ref: `${name.id}.1` };
}

/** An invoice that was paid, and whose charge was made a second time: its amount is the org's credit. */
async function makeChargedTwice() {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  const second = site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'EUR');
  await site.tick(24);
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 5_000, due: 0, overpaid: 5_000 });
  expect(new Set(await brokenBy(site.world, 'M7'))).toEqual(new Set([id]));
  return { orgId, id, second };
}

/** An invoice that was void when its payer paid it all the same. */
async function makePaidWhenVoid() {
  const { orgId, id } = await site.makeDue('pm_card');
  const voided = await storeOrder(site.world.admin, orgId, 'void', { invoiceId: id });
  await executeStaffCommand(site.world.worker, voided);
  site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'EUR');
  await site.tick(0);
  return { orgId, id };
}

const refundedAtStripe = () => site.stripe.intents.map(({ latest_charge: charge }) => charge?.amount_refunded);
const creditOf = async (orgId: string) =>
  (await readCreditOfOrgs(site.world.admin, [orgId])).map(({ minor }) => Number(minor));

async function bookedOf(id: string) {
  const { rows } = await site.world.admin.query<{ told: string }>(
    `select concat_ws(' ', fact, account, amount_minor) as told from billing_ledger
     where invoice_id = $1 and fact in ('refunded', 'credit_paid_out', 'refund_failed') order by reversal_of nulls first, entry`,
    [id],
  );
  return rows.map(({ told }) => told);
}

const mismatches = async (orgId: string) =>
  (await readProviderMismatches(site.world.admin, [orgId])).map(({ problem }) => problem);

const sentBack = ['credit_paid_out credit 5000', 'credit_paid_out cash -5000'];

test('what the provider took a second time goes back through it, out of the credit, and nobody is charged twice any more', async () => {
  const { orgId, id } = await makeChargedTwice();
  expect((await order(orgId, id, {})).outcome).toBe('done');
  expect(refundedAtStripe()).toEqual([0, 5_000]);
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 5_000, due: 0, overpaid: 0 });
  expect(await bookedOf(id)).toEqual(sentBack);
  expect(await creditOf(orgId)).toEqual([]);
  await site.tick(48);
  expect(await brokenBy(site.world, 'M7')).toEqual([]);
  expect(await mismatches(orgId)).toEqual([]);
  expect((await auditOf(site.world, id)).filter((action) => action.startsWith('refund.'))).toEqual([
    'refund.ordered',
    'refund.made',
  ]);
  // What the invoice itself took may go back as before.
  expect((await order(orgId, id, { ofOverpaid: false })).outcome).toBe('done');
  expect(refundedAtStripe()).toEqual([5_000, 5_000]);
});

test('it is refused above what was overpaid, above the credit that is left of it, and while it is on its way', async () => {
  const { orgId, id } = await makePaidWhenVoid();
  expect((await order(orgId, id, { amountMinor: '5001' })).outcome).toBe('refund_exceeds_overpaid');
  expect((await order(orgId, id, { amountMinor: '0' })).outcome).toBe('amount_not_positive');
  expect((await order(orgId, id, { amountMinor: '2000' }, { isSent: false })).outcome).toBe('done');
  expect(await creditOf(orgId), 'less what is on its way').toEqual([3_000]);
  expect((await order(orgId, id, { amountMinor: '3001' })).outcome).toBe('refund_exceeds_overpaid');
  const paidOut = await storeOrder(site.world.admin, orgId, 'pay_out_credit', { amountMinor: '2000', currency: 'EUR' });
  await executeStaffCommand(site.world.worker, paidOut);
  expect((await order(orgId, id, { amountMinor: '3000' })).outcome).toBe('pay_out_exceeds_credit');
  expect(refundedAtStripe()).toEqual([0]);
  expect((await order(orgId, id, { amountMinor: '1000' })).outcome).toBe('done');
  expect(refundedAtStripe()).toEqual([1_000]);
});

test('one whose answer is lost is asked for, and never sent again', async () => {
  const { orgId, id } = await makeChargedTwice();
  site.stripe.fail({ kind: 'lose-answer' });
  await order(orgId, id, {});
  expect(await bookedOf(id)).toEqual([]);
  expect(await creditOf(orgId)).toEqual([]);
  for (const hour of [25, 26, 48]) await site.tick(hour);
  expect(site.stripe.refunds).toHaveLength(1);
  expect(site.stripe.asked.filter((key) => key.startsWith('refund:'))).toHaveLength(1);
  expect(await bookedOf(id)).toEqual(sentBack);
  expect(await mismatches(orgId)).toEqual([]);
});

test('one that the provider refuses leaves the credit as it was', async () => {
  const { orgId, id } = await makeChargedTwice();
  site.stripe.refuseRefunds = 'charge_disputed';
  await order(orgId, id, {});
  expect(await creditOf(orgId)).toEqual([5_000]);
  expect(await bookedOf(id)).toEqual([]);
  site.stripe.refuseRefunds = undefined;
  expect((await order(orgId, id, {})).outcome).toBe('done');
  expect(await bookedOf(id)).toEqual(sentBack);
});

test('one that a bank sends back is credit again, and can be ordered again', async () => {
  const { orgId, id, second } = await makeChargedTwice();
  await order(orgId, id, {});
  Object.assign(site.stripe.refunds[0] ?? {}, { status: 'failed', failure_reason: 'expired_or_canceled_card' });
  await site.tell('evt_1', 'refund.failed', second.id);
  await handleProviderEvent(site.world.resources, { provider: 'stripe', id: 'evt_1' });
  expect(await creditOf(orgId)).toEqual([5_000]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 5_000 });
  expect(await bookedOf(id)).toEqual([...sentBack, 'refund_failed credit -5000', 'refund_failed cash 5000']);
  expect((await order(orgId, id, {})).outcome).toBe('done');
  expect(site.stripe.refunds.map(({ status }) => status)).toEqual(['failed', 'succeeded']);
});

test('what somebody sent back at the provider itself is booked by the order, and not sent', async () => {
  const { orgId, id, second } = await makeChargedTwice();
  site.stripe.refundByHand(second.id, 5_000);
  await site.tick(48);
  expect(await mismatches(orgId)).toEqual(['refunded_at_provider']);
  expect((await order(orgId, id, {})).outcome).toBe('done');
  expect(site.stripe.refunds).toHaveLength(1);
  expect(await bookedOf(id)).toEqual(sentBack);
  await site.tick(72);
  expect(await mismatches(orgId)).toEqual([]);
  expect(await brokenBy(site.world, 'M7')).toEqual([]);
});

test('two that send it at once send and book it once', async () => {
  const { orgId, id } = await makeChargedTwice();
  const { ref } = await order(orgId, id, {}, { isSent: false });
  const name = { orgId, invoiceId: id, ref };
  const resources = { ...site.world.resources, providers: providersOf(site.stripe, 20_000) };
  const staff = { actorType: 'staff', actor: 'ann' } as const;
  await Promise.all(Array.from({ length: 4 }, () => settleRefund(resources, name, staff)));
  expect(refundedAtStripe()).toEqual([0, 5_000]);
  expect(await bookedOf(id)).toEqual(sentBack);
});

test('a lost dispute of the other charge waits for its outcome', async () => {
  const { orgId, id } = await makeChargedTwice();
  site.stripe.fail({ kind: 'lose-answer' });
  await order(orgId, id, {});
  const first = site.stripe.intents[0]?.id ?? '';
  site.stripe.dispute(first, { status: 'lost' });
  await site.tell('evt_1', 'charge.dispute.closed', first);
  await handleProviderEvent(site.world.resources, { provider: 'stripe', id: 'evt_1' });
  expect(await invoiceOf(site.world, id)).toMatchObject({ paid: 5_000, overpaid: 5_000 });
  for (const hour of [25, 26]) await site.tick(hour);
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'open', paid: 0, due: 5_000, overpaid: 0 });
  expect(await bookedOf(id)).toEqual(sentBack);
});
