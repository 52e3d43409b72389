import type pg from 'pg';
import { expect, test } from 'vitest';
import { sendCharge } from '#activities/collection/ask-provider';
import { beginBySlot } from '#activities/collection/begin-attempts';
import { collectionPhase } from '#activities/collection/collect';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { setPaymentMethod } from '#activities/collection/set-payment-method';
import { settlePayment } from '#activities/collection/settle-payment';
import { settleRefund } from '#activities/collection/settle-refund';
import { withinLock } from '#activities/collection/within-lock';
import { inTenants } from '#prisma/pool';
import { hours, start, useStripe } from './stripe-site.ts';
import { auditOf, caseOf, invoiceOf, paymentsOf, slotAt } from './world.ts';

const site = useStripe();

test('X6: a charge goes out with our key and names, and a decline ends its attempt; another day has another', async () => {
  const { orgId, id, taken } = await site.makeDue('cus_1/pm_card_soft');
  expect(await site.tick(0)).toMatchObject({ attempts: 1, refused: 1 });
  expect(site.stripe.asked).toEqual([`pay:${id}:1`]);
  expect(site.stripe.intents[0]).toMatchObject({
    amount: 5_000,
    currency: 'eur',
    metadata: { org: orgId, invoice: id },
  });
  expect(await paymentsOf(site.world, id)).toMatchObject([
    { status: 'failed', decline: 'soft', code: 'insufficient_funds' },
  ]);
  await site.tick(23);
  expect(site.stripe.asked).toEqual([`pay:${id}:1`, `pay:${id}:2`]);
  expect(await taken()).toEqual([]);
});

test.each([
  ['pm_card_stolen', 'hard', 'stolen_card'],
  ['pm_gone', 'hard', 'resource_missing'],
])('%s is a hard decline', async (token, decline, code) => {
  const { id } = await site.makeDue(token);
  await site.tick(0);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'failed', decline, code }]);
  for (const hour of [24, 72]) await site.tick(hour);
  expect(site.stripe.asked).toHaveLength(1);
});

test('X1: charged and the answer lost: found by what is written on it, booked once', async () => {
  const { id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'lose-answer' });
  site.stripe.searchLagS = 7_200;
  await site.tick(0);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'unknown' }]);
  await site.tick(1);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid' });
  expect(await taken()).toEqual([5_000n]);
  expect(site.stripe.asked).toHaveLength(1);
});

test('a request that never arrived is sent again under the same key', async () => {
  const { id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'drop-request' });
  await site.tick(0);
  await site.tick(1);
  expect(site.stripe.asked).toEqual([`pay:${id}:1`, `pay:${id}:1`]);
  expect(await taken()).toEqual([5_000n]);
});

test('X2: a stored 500 is given again for its key: unknown, asked, and never sent under another while it is', async () => {
  const { id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'error-500' });
  for (const hour of [0, 1, 2, 5, 12, 21]) await site.tick(hour);
  expect(new Set(site.stripe.asked)).toEqual(new Set([`pay:${id}:1`]));
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'unknown' }]);
  await site.tick(22.5);
  expect(await paymentsOf(site.world, id)).toMatchObject([
    { status: 'failed', code: 'not_charged' },
    { status: 'succeeded', trigger: 'schedule' },
  ]);
  expect(site.stripe.asked.at(-1)).toBe(`pay:${id}:2`);
  expect(await taken()).toEqual([5_000n]);
});

test('X3: a key that the provider has forgotten is looked up, never sent again', async () => {
  const { id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'lose-answer' });
  await site.tick(0);
  site.stripe.isAway = true;
  await site.tick(1).catch(() => undefined);
  site.stripe.isAway = false;
  await site.tick(30);
  expect(site.stripe.asked).toEqual([`pay:${id}:1`]);
  expect(await taken()).toEqual([5_000n]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid' });
});

test('X3: slots that are made up for late do not trust a key longer than the clock does', async () => {
  const { id } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'drop-request' });
  await site.tick(0);
  // The slot is an hour later, the clock two days.
  site.stripe.now = start + 48 * 3_600_000;
  await site.world.tick(hours(1));
  expect(site.stripe.asked).toEqual([`pay:${id}:1`]);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'failed', code: 'not_charged' }]);
});

/** Begins what the slot of the hour owes the invoice, as a process does that then stands still. */
async function begin(orgId: string, id: string, hour: number) {
  const name = { orgId, invoiceId: id };
  const at = Date.parse(hours(hour));
  const slot = { at, actor: { actorType: 'system', actor: 'job' }, madeAt: at, channels: [] } as const;
  const begun = await withinLock(site.world.worker, [name], slot, (book, standingOf) => {
    const standing = standingOf(name);
    return standing && beginBySlot(book, standing);
  });
  if (!begun) throw new Error('nothing is due');
  return { name, begun };
}

test('W5: a process that stood still between its attempt and its call, until others may ask about it or for a day, sends nothing', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  const { name, begun } = await begin(orgId, id, 0);
  site.stripe.now = start + 3 * 60_000;
  expect(await sendCharge(site.world.resources, name, begun)).toEqual({ status: 'unanswered' });
  await site.tick(22.5);
  expect((await paymentsOf(site.world, id)).map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  site.stripe.now = start + 25 * 3_600_000;
  expect(await sendCharge(site.world.resources, name, begun)).toEqual({ status: 'unanswered' });
  expect(site.stripe.asked).toEqual([`pay:${id}:2`]);
});

test('X10: who pays by hand during dunning is not charged: a slot reads under the lock that nothing is due, and a retry that was begun is cancelled', async () => {
  const [listed, begun] = [await site.makeDue('pm_card_soft'), await site.makeDue('pm_card_soft')];
  await site.tick(0);
  const retry = collectionPhase(site.world.resources);
  const slot = slotAt(hours(24));
  site.stripe.now = slot.at;
  const due = await retry.due(slot, undefined);
  await begin(begun.orgId, begun.id, 24);
  for (const { orgId, id } of [listed, begun]) {
    expect(due).toContain(`${orgId}:${id}`);
    const { id: ref } = site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'EUR');
    await site.tell(`evt_${id}`, 'payment_intent.succeeded', ref);
    await handleProviderEvent(site.world.resources, { provider: 'stripe', id: `evt_${id}` });
  }
  await retry.apply(due, slot);
  for (const hour of [25, 48, 72, 96]) await site.tick(hour);
  expect(site.stripe.asked.toSorted()).toEqual([`pay:${listed.id}:1`, `pay:${begun.id}:1`].toSorted());
  for (const { id, taken } of [listed, begun]) {
    expect(await taken()).toEqual([5_000n]);
    expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, due: 0, overpaid: 0 });
    expect(await caseOf(site.world, id)).toMatchObject({ state: 'closed', closed_by: 'paid' });
  }
  const attempts = async (id: string) => (await auditOf(site.world, id)).filter((one) => one === 'payment.attempted');
  expect(await attempts(listed.id)).toHaveLength(1);
  expect(await paymentsOf(site.world, begun.id)).toMatchObject([
    { status: 'failed', code: 'insufficient_funds' },
    { status: 'failed', code: 'no_longer_due' },
    { status: 'succeeded' },
  ]);
});

test('W5: a refund whose process stood still for a day between its mark and its call sends nothing, also once it was ordered anew', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  const addRefund = (ref: string) =>
    site.world.admin.query(
      `insert into refund (org_id, invoice_id, ref, payment_ref, amount_minor, currency, at, status, paid_to, provider_key)
       values ($1, $2, $3, 'attempt-1', 5000, 'EUR', $4, 'pending', 'cash', 'refund:' || $3)`,
      [orgId, id, ref, hours(0)],
    );
  const nameOf = (ref: string) => ({ orgId, invoiceId: id, ref });
  const staff = { actorType: 'staff', actor: 'ann' } as const;
  await addRefund('r-1');
  // The clock says the hour of the mark once, then that of the waking.
  const clock = [start, start + 25 * 3_600_000];
  const stood = { ...site.world.resources, now: () => clock.shift() ?? start + 25 * 3_600_000 };
  expect(await settleRefund(stood, nameOf('r-1'), staff)).toBe('pending');
  await site.tick(25);
  await addRefund('r-2');
  expect(await settleRefund(site.world.resources, nameOf('r-2'), staff)).toBe('succeeded');
  expect(await settleRefund(stood, nameOf('r-1'), staff)).toBe('failed');
  expect(site.stripe.intents.map(({ latest_charge: charge }) => charge?.amount_refunded)).toEqual([5_000]);
  expect((await auditOf(site.world, id)).slice(-2)).toEqual(['refund.failed', 'refund.made']);
});

test('X5: a busy provider is asked again after what it says, with the same key', async () => {
  const { id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'busy', retryAfterS: 0.2 }, { kind: 'busy', retryAfterS: 0.1, code: 'lock_timeout' });
  await site.tick(0);
  expect(site.stripe.asked).toEqual(Array(3).fill(`pay:${id}:1`));
  expect(await taken()).toEqual([5_000n]);
});

test('X5: what stays busy stays pending, and the next slot sends it under the same key', async () => {
  const { id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'busy', retryAfterS: 60 });
  await site.tick(0);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'pending' }]);
  await site.tick(1);
  expect(new Set(site.stripe.asked)).toEqual(new Set([`pay:${id}:1`]));
  expect(await taken()).toEqual([5_000n]);
});

test('X7: events that come five times, in any order and before our commit settle the attempt once', async () => {
  const { id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'lose-answer' });
  await site.tick(0);
  const ref = site.stripe.intents[0]?.id ?? '';
  for (const [event, type] of [
    ['evt_2', 'payment_intent.succeeded'],
    ['evt_1', 'payment_intent.processing'],
    ['evt_3', 'payment_intent.payment_failed'],
  ] as const)
    await site.tell(event, type, ref);
  await Promise.all(
    ['evt_2', 'evt_2', 'evt_1', 'evt_3', 'evt_2', 'evt_2'].map((event) =>
      handleProviderEvent(site.world.resources, { provider: 'stripe', id: event }),
    ),
  );
  await site.tick(1);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ ref: 'attempt-1', status: 'succeeded' }]);
  expect((await auditOf(site.world, id)).filter((action) => action === 'payment.succeeded')).toHaveLength(1);
  expect(await taken()).toEqual([5_000n]);
});

test('X7: a charge that had failed and succeeds at the provider after all is taken once, and closes the case', async () => {
  const { id, taken } = await site.makeDue('pm_slow');
  await site.tick(0);
  const [intent] = site.stripe.intents;
  if (intent) intent.status = 'requires_payment_method';
  await site.tick(1);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'failed' }]);
  if (intent) Object.assign(intent, { status: 'succeeded', amount_received: 5_000 });
  await site.tell('evt_1', 'payment_intent.succeeded', intent?.id ?? '');
  await handleProviderEvent(site.world.resources, { provider: 'stripe', id: 'evt_1' });
  await site.tick(24);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 0 });
  expect((await auditOf(site.world, id)).slice(-3)).toEqual(['payment.adopted', 'invoice.paid', 'dunning.closed']);
  expect(await taken()).toEqual([5_000n]);
  expect(site.stripe.asked).toEqual([`pay:${id}:1`]);
});

test('an event that no run handled is handled by the tick', async () => {
  const { id } = await site.makeDue('pm_slow');
  await site.tick(0);
  const [intent] = site.stripe.intents;
  if (intent) Object.assign(intent, { status: 'succeeded', amount_received: 5_000 });
  await site.tell('evt_9', 'payment_intent.succeeded', intent?.id ?? '');
  await site.world.tick(hours(1), ['provider-events']);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid' });
  const { rows } = await site.world.admin.query('select handled_at is not null as done from provider_event');
  expect(rows).toEqual([{ done: true }]);
});

test('a changed method retries at once with the provider that it belongs to', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card_stolen');
  await site.tick(0);
  const staff = { actorType: 'staff', actor: 'ann' } as const;
  const begun = await inTenants(site.world.worker, [orgId], (client) =>
    setPaymentMethod(client, { orgId, provider: 'stripe', token: 'pm_card' }, start + 60_000, staff),
  );
  for (const name of begun) await settlePayment(site.world.resources, name, staff);
  expect(await taken()).toEqual([5_000n]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid' });
});

test('a method that changed while the first attempt was not known is not stopped by the hard decline of the one before', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_slow');
  await site.tick(0);
  const staff = { actorType: 'staff', actor: 'ann' } as const;
  const change = (client: pg.ClientBase) =>
    setPaymentMethod(client, { orgId, provider: 'stripe', token: 'pm_card' }, start + 60_000, staff);
  expect(await inTenants(site.world.worker, [orgId], change)).toEqual([]);
  const error = { code: 'card_declined', decline_code: 'stolen_card', type: 'card_error', message: 'declined' };
  Object.assign(site.stripe.intents[0] ?? {}, { status: 'requires_payment_method', last_payment_error: error });
  await site.tick(1);
  expect(await paymentsOf(site.world, id)).toMatchObject([
    { trigger: 'collection', status: 'failed', decline: 'hard' },
    { trigger: 'new_method', status: 'succeeded' },
  ]);
  expect(await taken()).toEqual([5_000n]);
});
