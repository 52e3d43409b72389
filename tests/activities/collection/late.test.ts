import { expect, test } from 'vitest';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { hourMs } from '#domain/instants';
import { hours, start, useStripe } from './stripe-site.ts';
import { invoiceOf, paymentsOf } from './world.ts';

const site = useStripe();

test('a retry that was ordered while the engine was away counts from when it is made: its key is fresh, and its failure is of today', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  const { admin, worker, resources } = site.world;
  site.stripe.now = Date.now();
  const { rows } = await admin.query<{ id: string }>(
    `insert into staff_command (org_id, id, kind, body, actor_type, actor, reason, created_at)
     values ($1, gen_random_uuid(), 'retry_payment', $2, 'operator', 'ops', 'asked', now() - interval '30 hours') returning id`,
    [orgId, JSON.stringify({ invoiceId: id })],
  );
  const name = { orgId, id: rows[0]?.id ?? '' };
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
