import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closingPhase } from '#activities/closing/closing-phase';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { createSandboxProvider } from '#payments/sandbox/client';
import type { ProviderCharge, Providers } from '#payments/provider';
import { openOwnPostgres, type OwnPostgres } from '#tests/faults/harness/own-postgres';
import { providersOf, startFakeStripe } from '#tests/payments/fake-stripe';
import { startSandbox, type SandboxProcess } from '#tests/payments/sandbox-process';
import { makeDraft, slotOn } from '../closing/drafts.ts';
import { kill, openGate, startWork, type Gate } from './killing.ts';
import { storeOrder } from './orders.ts';
import {
  auditOf,
  brokenBy,
  expectBooksHold,
  invoiceOf,
  makeInvoice,
  makePayer,
  openWorld,
  paymentsOf,
  takenFor,
  type World,
} from './world.ts';

let postgres: OwnPostgres;
let sandbox: SandboxProcess;
let gate: Gate;
let providers: Providers;
let world: World;

beforeAll(async () => {
  [postgres, sandbox] = await Promise.all([openOwnPostgres(), startSandbox()]);
  gate = await openGate(sandbox.url);
  providers = new Map([['sandbox', createSandboxProvider({ url: sandbox.url, timeoutMs: 2_000 })]]);
}, 60_000);
afterEach(() => world.close());
afterAll(async () => {
  await gate.close();
  await sandbox.stop();
  await postgres.close();
});

const open = (of = providers, now?: () => number) =>
  openWorld({ url: postgres.url, drop: async () => undefined }, of, now);

async function makeDue(token: string, dueAt = '2026-11-01T00:00:00Z', provider = 'sandbox') {
  const orgId = await makePayer(world, token, { provider });
  return { orgId, invoiceId: await makeInvoice(world, orgId, { dueAt }) };
}

type Due = Awaited<ReturnType<typeof makeDue>>;

async function makeDrafted(): Promise<Due> {
  const orgId = await makePayer(world, 'pm_ok');
  const month = { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' };
  return {
    orgId,
    invoiceId: await makeDraft(world.admin, orgId, { ...month, lines: [{ stream: 'usage', minor: 900 }] }),
  };
}

/** An order of staff, done and settled. */
async function order(kind: string, orgId: string, body: object, mustSettle = true) {
  const name = await storeOrder(world.admin, orgId, kind, body);
  expect(await executeStaffCommand(world.worker, name)).toEqual({ status: 'done', mustSettle });
  await settleStaffCommand(world.resources, name);
}

async function tickOfProcess(slot: string) {
  expect(await once(await startWork(world.url, gate.url, 'tick', slot), 'exit')).toEqual([0, null]);
}

async function chargesOfProvider(): Promise<ProviderCharge[]> {
  const all: ProviderCharge[] = [];
  for await (const page of providers.get('sandbox')?.chargesSince(0) ?? []) all.push(...page);
  return all;
}

async function mismatches() {
  const { rows } = await world.admin.query<{ org_id: string; problem: string }>(
    "select org_id, detail->>'problem' as problem from audit_log where action = 'provider.mismatch' ",
  );
  return rows;
}

test('X9: restored from a backup that was made while a charge was on its way, the books take what they lost from the provider, which charges nobody again', async () => {
  world = open();
  const refunded = await makeDue('pm_ok');
  const declined = await makeDue('pm_soft_then_ok_1');
  const later = await makeDue('pm_ok', '2026-11-03T00:00:00Z');
  await world.tick('2026-11-02T10');
  const [onItsWay, drafted] = [await makeDue('pm_ok'), await makeDrafted()];
  gate.hold = 'answer';
  const killed = await startWork(world.url, gate.url, 'tick', '2026-11-02T11');
  await gate.held();
  await postgres.backUp();
  await kill(killed);
  gate.hold = 'nothing';

  // All of this is lost.
  const close = () => closingPhase(world.worker).apply([drafted.orgId], slotOn('2026-11-02'));
  await close();
  await tickOfProcess('2026-11-03T10');
  await order('refund', refunded.orgId, { invoiceId: refunded.invoiceId, amountMinor: '2500' });
  const all = [refunded, declined, later, onItsWay, drafted];
  const before = await Promise.all(all.map(({ invoiceId }) => invoiceOf(world, invoiceId)));
  const charged = await chargesOfProvider();
  expect(before.map((invoice) => invoice?.status)).toEqual(['paid', 'paid', 'paid', 'paid', 'paid']);
  await world.close();

  await postgres.restore();
  world = open();
  expect(await paymentsOf(world, declined.invoiceId)).toMatchObject([{ status: 'failed' }]);
  expect(await paymentsOf(world, onItsWay.invoiceId)).toMatchObject([{ status: 'pending' }]);
  expect(await invoiceOf(world, drafted.invoiceId)).toMatchObject({ status: 'draft' });
  const lost = [declined, later, drafted].map(({ invoiceId }) => invoiceId).toSorted();
  await world.tick('2026-11-03T11', ['provider-list']);
  expect(await brokenBy(world, 'M8')).toEqual(lost);
  await tickOfProcess('2026-11-03T11');
  expect(await brokenBy(world, 'M8')).toEqual([drafted.invoiceId]);
  await close();
  await tickOfProcess('2026-11-04T10');
  expect(await Promise.all(all.map(({ invoiceId }) => invoiceOf(world, invoiceId)))).toEqual(before);
  expect(await chargesOfProvider()).toEqual(charged);
  expect(await Promise.all(all.map(({ invoiceId }) => auditOf(world, invoiceId)))).toEqual([
    ['payment.attempted', 'payment.succeeded', 'invoice.paid'],
    ['payment.attempted', 'payment.failed', 'dunning.opened', 'payment.adopted', 'invoice.paid', 'dunning.closed'],
    ['payment.adopted', 'invoice.paid'],
    ['payment.attempted', 'payment.succeeded', 'invoice.paid'],
    ['invoice.opened', 'payment.adopted', 'invoice.paid'],
  ]);
  // What went back is for staff to say what it was about; the other charge had no invoice yet that could take it.
  expect(await mismatches()).toEqual(
    expect.arrayContaining([
      { org_id: refunded.orgId, problem: 'refunded_at_provider' },
      { org_id: drafted.orgId, problem: 'missing_in_books' },
    ]),
  );
  expect(await mismatches()).toHaveLength(2);
  await order('refund', refunded.orgId, { invoiceId: refunded.invoiceId, amountMinor: '2500' }, false);
  expect(await chargesOfProvider()).toEqual(charged);
  await expectBooksHold(world);
}, 60_000);

test('X9: restored from a backup whose charges the provider knows by no key any more, and with its list out of reach, neither a slot nor staff charge anybody again', async () => {
  const start = Date.parse('2026-11-05T10:05:00Z');
  const stripe = await startFakeStripe(start);
  const ofStripe = providersOf(stripe, 2_000);
  const reopen = () => open(ofStripe, () => stripe.now);
  const at = (hour: number) => new Date((stripe.now = start + hour * 3_600_000)).toISOString();
  world = reopen();
  const due = () => makeDue('pm_card_soft', undefined, 'stripe');
  const [bySlot, bySlotLater, byHand, byHandLater] = [await due(), await due(), await due(), await due()];
  const all = [bySlot, bySlotLater, byHand, byHandLater];
  await world.tick(at(0));
  await postgres.backUp();

  // All of this is lost: the second attempt of two charged, of the others the third, since the second left no charge.
  at(1);
  const payBy = ({ orgId }: Due, token: string) => order('set_payment_method', orgId, { provider: 'stripe', token });
  for (const one of [bySlotLater, byHandLater]) await payBy(one, 'pm_gone');
  for (const one of all) await payBy(one, 'pm_card');
  const asked = [...stripe.asked];
  await world.close();

  await postgres.restore();
  world = reopen();
  stripe.isListAway = true;
  const slot = at(31);
  for (const { orgId, invoiceId } of [byHand, byHandLater]) await order('retry_payment', orgId, { invoiceId });
  await expect(world.tick(slot, ['provider-list'])).rejects.toThrow();
  await world.tick(slot, ['asking', 'provider-match', 'collection', 'expiry', 'notices']);
  const holds = async () => {
    for (const { invoiceId } of all) {
      expect(await takenFor(ofStripe, 'stripe', invoiceId)).toEqual([10_000n]);
      expect(await invoiceOf(world, invoiceId)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 0 });
    }
    expect(stripe.asked).toEqual(asked);
  };
  stripe.isListAway = false;
  await holds();
  expect(await auditOf(world, bySlotLater.invoiceId)).toEqual([
    'payment.attempted',
    'payment.failed',
    'dunning.opened',
    'payment.attempted',
    'payment.adopted',
    'invoice.paid',
    'dunning.closed',
    'payment.failed',
  ]);
  await world.tick(at(32));
  await holds();
  await expectBooksHold(world);
  await stripe.close();
}, 60_000);
