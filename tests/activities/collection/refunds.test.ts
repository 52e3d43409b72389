import { expect, test } from 'vitest';
import { settleRefund } from '#activities/collection/settle-refund';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { reachOf } from '#activities/collection/resources';
import { readInvoices } from '#prisma/read-invoice';
import { storeOrder } from './orders.ts';
import { auditOf, runTick, slotAt } from './world.ts';
import { refundsPhase } from '#activities/collection/settle-refund';
import { providersOf } from '#tests/payments/fake-stripe';
import { useStripe } from './stripe-site.ts';

const site = useStripe();
/** As where the provider that took the money is no longer set up. */
const without = () => ({ ...site.world.resources, providers: new Map() });

async function order(orgId: string, invoiceId: string, amountMinor: string, resources = site.world.resources) {
  const { admin, worker } = site.world;
  const name = await storeOrder(admin, orgId, 'refund', { invoiceId, amountMinor });
  const { id } = name;
  await executeStaffCommand(worker, name, reachOf(resources));
  const done = await admin.query<{ result: { refused?: string } }>('select result from staff_command where id = $1', [
    id,
  ]);
  return done.rows[0]?.result.refused ?? id;
}

const staff = { actorType: 'staff', actor: 'ann' } as const;

const refundsOf = async (id: string) =>
  (await readInvoices(site.world.admin, id, undefined))[0]?.refunds.map(({ status, amount }) => `${amount} ${status}`);
const versionOf = async (id: string) =>
  (await site.world.admin.query('select version from invoice where id = $1', [id])).rows;

test('a refund that its provider cannot send exactly is refused at the order, and nothing changed', async () => {
  const { orgId, id } = await site.makeDue('pm_card', 5_120n, 'KWD');
  await site.tick(0);
  const before = await versionOf(id);
  expect(await order(orgId, id, '123')).toBe('amount_not_refundable');
  expect(await refundsOf(id)).toEqual([]);
  expect(await versionOf(id)).toEqual(before);
  const command = await order(orgId, id, '120');
  expect(await refundsOf(id)).toEqual(['120 pending']);
  await settleRefund(site.world.resources, { orgId, invoiceId: id, ref: `${command}.1` }, staff);
  expect(await refundsOf(id)).toEqual(['120 succeeded']);
});

test('a refund whose provider is not set up is refused at the order; one that lost it says so, and goes on once it is back', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  expect(await order(orgId, id, '500', without())).toBe('provider_not_set_up');
  expect(await refundsOf(id)).toEqual([]);
  await order(orgId, id, '500');
  const later = slotAt(new Date(Date.now() + 3_600_000).toISOString());
  for (let n = 0; n < 2; n += 1) await runTick([refundsPhase(without())], later);
  expect(await refundsOf(id)).toEqual(['500 pending provider_not_set_up']);
  await runTick([refundsPhase(site.world.resources)], later);
  expect(await refundsOf(id)).toEqual(['500 succeeded']);
  expect(site.stripe.intents[0]?.latest_charge?.amount_refunded).toBe(500);
});

test('a refund that its provider refuses says why, once', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  site.stripe.refuseRefunds = 'charge_disputed';
  await order(orgId, id, '500');
  const later = slotAt(new Date(Date.now() + 3_600_000).toISOString());
  for (let n = 0; n < 2; n += 1) await runTick([refundsPhase(site.world.resources)], later);
  expect(await refundsOf(id)).toEqual(['500 failed charge_disputed']);
  const { rows } = await site.world.admin.query(
    "select detail->>'code' as code from audit_log where action = 'refund.failed'",
  );
  expect(rows).toEqual([{ code: 'charge_disputed' }]);
});

test('what went back of an old charge, and the books lack, as after they were restored, does not go back twice', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  for (const hour of [0, 24, 24 * 20]) await site.tick(hour);
  site.stripe.refundByHand(site.stripe.intents[0]?.id ?? '', 700);
  const later = slotAt(new Date(Date.now() + 3_600_000).toISOString());
  for (const amountMinor of ['700', '700', '100']) {
    await order(orgId, id, amountMinor);
    await runTick([refundsPhase(site.world.resources)], later);
  }
  expect((await refundsOf(id))?.toSorted()).toEqual([
    '100 succeeded',
    '700 failed refunded_at_provider',
    '700 succeeded',
  ]);
  expect(site.stripe.intents[0]?.latest_charge?.amount_refunded).toBe(800);
});

test('two that settle one refund at once book it once, also where one sends it while the other asks for it', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  const name = { orgId, invoiceId: id, ref: `${await order(orgId, id, '500')}.1` };
  const patient = { ...site.world.resources, providers: providersOf(site.stripe, 20_000) };
  const asked = site.stripe.hold('GET /v1/refunds');
  const asking = settleRefund(patient, name, staff);
  await asked.made;
  const sent = site.stripe.hold('POST /v1/refunds');
  const sending = settleRefund(patient, name, staff);
  await sent.made;
  asked.release();
  expect(await asking).toBe('succeeded');
  sent.release();
  expect(await sending).toBe('succeeded');
  expect(await refundsOf(id)).toEqual(['500 succeeded']);
  expect(site.stripe.intents[0]?.latest_charge?.amount_refunded).toBe(500);
  expect((await auditOf(site.world, id)).filter((action) => action.startsWith('refund.'))).toEqual([
    'refund.ordered',
    'refund.made',
  ]);
});
