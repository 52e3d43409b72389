import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { collectionPhase } from '#activities/collection/collect';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { hourMs } from '#domain/instants';
import { readPaymentConfig } from '#payments/config';
import { isLong } from '#tests/domain/billing/runs';
import { providersOf } from '#tests/payments/fake-stripe';
import { storeOrder } from './orders.ts';
import { hours, start, useStripe } from './stripe-site.ts';
import { invoiceOf, paymentsOf, runTick, slotAt } from './world.ts';

const site = useStripe();

test('a retry that was ordered while the engine was away counts from when it is made: its key is fresh, and its failure is of today', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  const { admin, worker, resources } = site.world;
  site.stripe.now = Date.now();
  const longAgo = new Date(Date.now() - 30 * hourMs);
  const name = await storeOrder(admin, orgId, 'retry_payment', { invoiceId: id }, longAgo);
  site.stripe.fail({ kind: 'drop-request' });
  await executeStaffCommand(worker, name);
  await settleStaffCommand(resources, name);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'unknown' }]);
  const tick = (minutes: number) => site.world.tick(new Date(Date.now() + minutes * 60_000).toISOString(), ['asking']);
  await tick(1);
  expect(site.stripe.asked).toHaveLength(1);
  await tick(6);
  expect(site.stripe.asked).toEqual([`pay:${id}:1`, `pay:${id}:1`]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
});

test('a charge that came after it was taken for not made is found before the next attempt is sent', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'drop-request' });
  await site.tick(0);
  site.stripe.now = start + 24 * hourMs;
  await site.world.tick(hours(24), ['asking', 'provider-list', 'provider-match']);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'failed', code: 'not_charged' }]);
  site.stripe.payByHand({ org: orgId, invoice: id, key: `pay:${id}:1` }, 5_000, 'EUR');
  await site.world.tick(hours(24.5), ['collection']);
  expect(await taken()).toEqual([5_000n]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 0 });
});

test('what a provider tells where it is not set up waits until it is', async () => {
  const { id } = await site.makeDue('pm_slow');
  await site.tick(0);
  const [intent] = site.stripe.intents;
  if (intent) Object.assign(intent, { status: 'succeeded', amount_received: 5_000 });
  await site.tell('evt_1', 'payment_intent.succeeded', intent?.id ?? '');
  await handleProviderEvent({ ...site.world.resources, providers: new Map() }, { provider: 'stripe', id: 'evt_1' });
  await site.world.tick(hours(1), ['provider-events']);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid' });
});

test('a slot or a clock that was ahead once keeps no charge from the daily list', async () => {
  const { orgId, id } = await site.makeDue('pm_card_soft');
  await site.tick(24 * 30);
  site.stripe.now = start + 24 * hourMs;
  site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'EUR');
  await site.tick(48);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
});

test('a slot that is made 22 hours late: its attempt is of when it is made, and its key is fresh', async () => {
  const { id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'drop-request' });
  site.stripe.now = start + 22.4 * hourMs;
  await site.world.tick(hours(0), ['collection']);
  site.stripe.now = start + 23 * hourMs;
  await site.world.tick(hours(23), ['asking']);
  expect(site.stripe.asked).toEqual([`pay:${id}:1`, `pay:${id}:1`]);
  expect(await taken()).toEqual([5_000n]);
  const { rows } = await site.world.admin.query(
    `select p.at, l.at as booked from payment p join billing_ledger l on l.invoice_id = p.invoice_id and l.fact = 'paid' and l.account = 'cash'
     where p.invoice_id = $1`,
    [id],
  );
  const made = new Date(start + 22.4 * hourMs);
  expect(rows).toEqual([{ at: made, booked: made }]);
});

test('what a slot that is made 22 hours late decides is of its own day: the case, and the next day its retry', async () => {
  const { id } = await site.makeDue('pm_card_soft');
  site.stripe.now = start + 22.4 * hourMs;
  await site.world.tick(hours(0), ['collection']);
  const { rows } = await site.world.admin.query('select failed_on::text from dunning_case where invoice_id = $1', [id]);
  expect(rows).toEqual([{ failed_on: '2026-11-02' }]);
  await site.tick(23);
  expect(site.stripe.asked).toEqual([`pay:${id}:1`, `pay:${id}:2`]);
  await site.tick(24);
  expect(site.stripe.asked).toHaveLength(2);
});

test('a charge that its provider has under way for weeks is asked about until it ends, also without a webhook', async () => {
  const { id } = await site.makeDue('pm_slow');
  for (const day of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) await site.tick(24 * day);
  const [intent] = site.stripe.intents;
  if (intent) Object.assign(intent, { status: 'succeeded', amount_received: 5_000 });
  for (const day of [11, 12]) await site.tick(24 * day);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
});

test('X4: no answer for long is unknown at the limit, blocks, and what was charged is found', async () => {
  // With all the time in the world the limit that holds where nobody sets one.
  const [limitMs, silentMs] = isLong ? [readPaymentConfig({}).timeoutMs, 80_000] : [400, 8_000];
  const { id, taken } = await site.makeDue('pm_card');
  const held = site.stripe.hold('POST /v1/payment_intents');
  const releasing = setTimeout(() => held.release(), silentMs);
  const collection = collectionPhase({ ...site.world.resources, providers: providersOf(site.stripe, limitMs) });
  const begun = performance.now();
  await runTick([collection], slotAt(hours(0)));
  const tookMs = performance.now() - begun;
  expect(tookMs).toBeGreaterThanOrEqual(limitMs);
  expect(tookMs).toBeLessThan(silentMs);
  await runTick([collection], slotAt(hours(0)));
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'unknown' }]);
  if (isLong) await sleep(silentMs - tookMs);
  clearTimeout(releasing);
  held.release();
  for (const hour of [1, 24]) await site.tick(hour);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 0 });
  expect(site.stripe.asked).toEqual([`pay:${id}:1`]);
  expect(await taken()).toEqual([5_000n]);
}, 120_000);
