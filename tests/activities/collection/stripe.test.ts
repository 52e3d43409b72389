import { afterEach, beforeEach, expect, test } from 'vitest';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { setPaymentMethod } from '#activities/collection/set-payment-method';
import { settlePayment } from '#activities/collection/settle-payment';
import { settleRefund } from '#activities/collection/settle-refund';
import { inTenants } from '#prisma/pool';
import { providersOf, startFakeStripe, type FakeStripe } from '#tests/payments/fake-stripe';
import {
  auditOf,
  caseOf,
  createWorld,
  expectBooksHold,
  invoiceOf,
  makeInvoice,
  makePayer,
  paymentsOf,
  takenFor,
  type World,
} from './world.ts';

const start = Date.parse('2026-11-02T10:05:00Z');
const hours = (n: number) => new Date(start + n * 3_600_000).toISOString();
let stripe: FakeStripe;
let world: World;

beforeEach(async () => {
  stripe = await startFakeStripe(start);
  world = await createWorld(providersOf(stripe, 400), () => stripe.now);
});

afterEach(async () => {
  await expectBooksHold(world);
  await world.close();
  await stripe.close();
});

async function tick(hour: number) {
  stripe.now = start + hour * 3_600_000;
  return world.tick(hours(hour));
}

async function makeDue(token: string, amountMinor = 5_000n) {
  const orgId = await makePayer(world, token, { provider: 'stripe' });
  const id = await makeInvoice(world, orgId, { amountMinor });
  return { orgId, id, taken: () => takenFor(world.resources.providers, 'stripe', id) };
}

test('a charge goes out with our key and names, and a decline ends its attempt; another day has another', async () => {
  const { orgId, id, taken } = await makeDue('cus_1/pm_card_soft');
  expect(await tick(0)).toMatchObject({ attempts: 1, refused: 1 });
  expect(stripe.asked).toEqual([`pay:${id}:1`]);
  expect(stripe.intents[0]).toMatchObject({ amount: 5_000, currency: 'eur', metadata: { org: orgId, invoice: id } });
  expect(await paymentsOf(world, id)).toMatchObject([
    { status: 'failed', decline: 'soft', code: 'insufficient_funds' },
  ]);
  await tick(23);
  expect(stripe.asked).toEqual([`pay:${id}:1`, `pay:${id}:2`]);
  expect(await taken()).toEqual([]);
});

test.each([
  ['pm_card_stolen', 'hard', 'stolen_card'],
  ['pm_gone', 'hard', 'resource_missing'],
])('%s is a hard decline', async (token, decline, code) => {
  const { id } = await makeDue(token);
  await tick(0);
  expect(await paymentsOf(world, id)).toMatchObject([{ status: 'failed', decline, code }]);
  for (const hour of [24, 72]) await tick(hour);
  expect(stripe.asked).toHaveLength(1);
});

test('X1: charged and the answer lost: found by what is written on it, booked once', async () => {
  const { id, taken } = await makeDue('pm_card');
  stripe.fail({ kind: 'lose-answer' });
  stripe.searchLagS = 7_200;
  await tick(0);
  expect(await paymentsOf(world, id)).toMatchObject([{ status: 'unknown' }]);
  await tick(1);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid' });
  expect(await taken()).toEqual([5_000n]);
  expect(stripe.asked).toHaveLength(1);
});

test('a request that never arrived is sent again under the same key', async () => {
  const { id, taken } = await makeDue('pm_card');
  stripe.fail({ kind: 'drop-request' });
  await tick(0);
  await tick(1);
  expect(stripe.asked).toEqual([`pay:${id}:1`, `pay:${id}:1`]);
  expect(await taken()).toEqual([5_000n]);
});

test('X2: a stored 500 is given again for its key: unknown, asked, and never sent under another while it is', async () => {
  const { id, taken } = await makeDue('pm_card');
  stripe.fail({ kind: 'error-500' });
  for (const hour of [0, 1, 2, 5, 12, 21]) await tick(hour);
  expect(new Set(stripe.asked)).toEqual(new Set([`pay:${id}:1`]));
  expect(await paymentsOf(world, id)).toMatchObject([{ status: 'unknown' }]);
  await tick(22.5);
  expect(await paymentsOf(world, id)).toMatchObject([
    { status: 'failed', code: 'not_charged' },
    { status: 'succeeded', trigger: 'schedule' },
  ]);
  expect(stripe.asked.at(-1)).toBe(`pay:${id}:2`);
  expect(await taken()).toEqual([5_000n]);
});

test('X3: a key that the provider has forgotten is looked up, never sent again', async () => {
  const { id, taken } = await makeDue('pm_card');
  stripe.fail({ kind: 'lose-answer' });
  await tick(0);
  stripe.isAway = true;
  await tick(1).catch(() => undefined);
  stripe.isAway = false;
  await tick(30);
  expect(stripe.asked).toEqual([`pay:${id}:1`]);
  expect(await taken()).toEqual([5_000n]);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid' });
});

test('X3: slots that are made up for late do not trust a key longer than the clock does', async () => {
  const { id } = await makeDue('pm_card');
  stripe.fail({ kind: 'drop-request' });
  await tick(0);
  // The slot is an hour later, the clock two days.
  stripe.now = start + 48 * 3_600_000;
  await world.tick(hours(1));
  expect(stripe.asked).toEqual([`pay:${id}:1`]);
  expect(await paymentsOf(world, id)).toMatchObject([{ status: 'failed', code: 'not_charged' }]);
});

test('X4: no answer within the limit is unknown, and what comes of it is asked', async () => {
  const { id } = await makeDue('pm_slow');
  await tick(0);
  expect(await paymentsOf(world, id)).toMatchObject([{ status: 'unknown' }]);
  const [intent] = stripe.intents;
  if (intent) Object.assign(intent, { status: 'succeeded', amount_received: 5_000 });
  await tick(1);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid' });
});

test('X5: a busy provider is asked again after what it says, with the same key', async () => {
  const { id, taken } = await makeDue('pm_card');
  stripe.fail({ kind: 'busy', retryAfterS: 0.2 }, { kind: 'busy', retryAfterS: 0.1, code: 'lock_timeout' });
  await tick(0);
  expect(stripe.asked).toEqual(Array(3).fill(`pay:${id}:1`));
  expect(await taken()).toEqual([5_000n]);
});

test('X5: what stays busy stays pending, and the next slot sends it under the same key', async () => {
  const { id, taken } = await makeDue('pm_card');
  stripe.fail({ kind: 'busy', retryAfterS: 60 });
  await tick(0);
  expect(await paymentsOf(world, id)).toMatchObject([{ status: 'pending' }]);
  await tick(1);
  expect(new Set(stripe.asked)).toEqual(new Set([`pay:${id}:1`]));
  expect(await taken()).toEqual([5_000n]);
});

async function tell(id: string, type: string, objectRef: string) {
  await world.admin.query(
    'insert into provider_event (provider, id, type, object_ref, received_at) values ($1, $2, $3, $4, $5) on conflict do nothing',
    ['stripe', id, type, objectRef, new Date(stripe.now)],
  );
}

test('X7: events that come five times, in any order and before our commit settle the attempt once', async () => {
  const { id, taken } = await makeDue('pm_card');
  stripe.fail({ kind: 'lose-answer' });
  await tick(0);
  const ref = stripe.intents[0]?.id ?? '';
  for (const [event, type] of [
    ['evt_2', 'payment_intent.succeeded'],
    ['evt_1', 'payment_intent.processing'],
    ['evt_3', 'payment_intent.payment_failed'],
  ] as const)
    await tell(event, type, ref);
  await Promise.all(
    ['evt_2', 'evt_2', 'evt_1', 'evt_3', 'evt_2', 'evt_2'].map((event) =>
      handleProviderEvent(world.resources, { provider: 'stripe', id: event }),
    ),
  );
  await tick(1);
  expect(await paymentsOf(world, id)).toMatchObject([{ ref: 'attempt-1', status: 'succeeded' }]);
  expect((await auditOf(world, id)).filter((action) => action === 'payment.succeeded')).toHaveLength(1);
  expect(await taken()).toEqual([5_000n]);
});

test('an event that no run handled is handled by the tick', async () => {
  const { id } = await makeDue('pm_slow');
  await tick(0);
  const [intent] = stripe.intents;
  if (intent) Object.assign(intent, { status: 'succeeded', amount_received: 5_000 });
  await tell('evt_9', 'payment_intent.succeeded', intent?.id ?? '');
  await world.tick(hours(1), ['provider-events']);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid' });
  const { rows } = await world.admin.query('select handled_at is not null as done from provider_event');
  expect(rows).toEqual([{ done: true }]);
});

test('X8: what was paid at the provider by hand and never told is found by the daily match, and closes the case', async () => {
  const { orgId, id, taken } = await makeDue('pm_card_soft');
  await tick(0);
  stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'EUR');
  await tick(24);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 0 });
  expect(await caseOf(world, id)).toMatchObject({ state: 'closed', closed_by: 'paid' });
  expect(await taken()).toEqual([5_000n]);
});

test('X9: books that lost their newest payments take them from the provider, and charge nobody again', async () => {
  const { orgId, id, taken } = await makeDue('pm_card');
  const partly = await makeDue('pm_card', 900n);
  stripe.fail({ kind: 'capture-part', amount: 400 });
  await tick(0);
  await tick(1);
  await restoreBefore(orgId, id);
  await restoreBefore(partly.orgId, partly.id);
  await tick(26);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 0 });
  await tick(50);
  expect(sum(await taken())).toBe(5_000n);
  expect(sum(await partly.taken())).toBe(900n);
  expect(await invoiceOf(world, partly.id)).toMatchObject({ status: 'paid', paid: 900, overpaid: 0 });
});

function sum(all: readonly bigint[]) {
  return all.reduce((total, minor) => total + minor, 0n);
}

/** As a backup from before the payments would have it; the ledger's rows go with them. */
async function restoreBefore(orgId: string, id: string) {
  await world.admin.query(`set session_replication_role = replica;
    delete from provider_watermark; delete from provider_charge where invoice_id = '${id}';
    delete from payment where invoice_id = '${id}'; delete from billing_ledger where invoice_id = '${id}' and fact = 'paid';
    update invoice set status = 'open', paid_minor = 0, due_minor = total_minor, paid_at = null where id = '${id}' and org_id = '${orgId}';
    set session_replication_role = origin`);
}

test('M8: what differs is a finding, audited once, and blocks a new charge of that invoice', async () => {
  const { orgId, id, taken } = await makeDue('pm_card');
  stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'USD');
  stripe.payByHand({ org: orgId, invoice: 'inv_nobody' }, 100, 'EUR');
  for (const hour of [0, 1, 24]) await tick(hour);
  const { rows } = await world.admin.query('select distinct detail from invariant_finding where invariant = $1', [
    'M8',
  ]);
  expect(rows).toEqual([{ detail: 'missing_in_books' }]);
  const audited = await world.admin.query(`select subject from audit_log where action = 'provider.mismatch'`);
  expect(audited.rowCount).toBe(2);
  expect(await taken()).toEqual([5_000n]);
  expect(stripe.asked).toEqual([]);
  // Its view lists what the finding says; the books themselves are whole.
  await world.admin.query('delete from provider_charge');
});

test('X11: a part that was captured is a part payment, and the rest is collected; a refund books what went back', async () => {
  const { orgId, id, taken } = await makeDue('pm_card');
  stripe.fail({ kind: 'capture-part', amount: 3_000 });
  await tick(0);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'open', paid: 3_000, due: 2_000 });
  await tick(1);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
  expect(await taken()).toEqual([3_000n, 2_000n].toReversed());
  await world.admin.query(
    `insert into refund (org_id, invoice_id, ref, payment_ref, amount_minor, currency, at, status, paid_to, provider_key)
     values ($1, $2, 'r-1', 'attempt-1', 1200, 'EUR', $3, 'pending', 'cash', 'refund:r-1')`,
    [orgId, id, hours(1)],
  );
  const name = { orgId, invoiceId: id, ref: 'r-1' };
  const staff = { actorType: 'staff', actor: 'ann' } as const;
  expect(
    await Promise.all([settleRefund(world.resources, name, staff), settleRefund(world.resources, name, staff)]),
  ).toEqual(['succeeded', 'succeeded']);
  expect(stripe.intents.map(({ latest_charge: charge }) => charge?.amount_refunded)).toEqual([1_200, 0]);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
});

test('a changed method retries at once with the provider that it belongs to', async () => {
  const { orgId, id, taken } = await makeDue('pm_card_stolen');
  await tick(0);
  const staff = { actorType: 'staff', actor: 'ann' } as const;
  const begun = await inTenants(world.worker, [orgId], (client) =>
    setPaymentMethod(client, { orgId, provider: 'stripe', token: 'pm_card' }, start + 60_000, staff),
  );
  for (const name of begun) await settlePayment(world.resources, name, staff);
  expect(await taken()).toEqual([5_000n]);
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid' });
});
