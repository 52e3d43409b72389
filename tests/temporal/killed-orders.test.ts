import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closingPhase } from '#activities/closing/closing-phase';
import { makeDraft, slotOn } from '#tests/activities/closing/drafts';
import { kill, openGate, type Gate } from '#tests/activities/collection/killing';
import { invoiceOf, makePayer, paymentsOf, takenFor } from '#tests/activities/collection/world';
import { holdTable } from '#tests/faults/harness/hold-table';
import { startSandbox, type SandboxProcess } from '#tests/payments/sandbox-process';
import { createSandboxProvider } from '#payments/sandbox/client';
import type { StaffCommandKind } from '#domain/billing/staff-commands';
import { awaitCommand, orderStaffCommand, type OrderedCommand } from '#temporal/staff-commands';
import { expectInvariants } from '../support/invariants.ts';
import { createJobSite, type JobSite } from './job-site.ts';
import { launchWorker } from './launch-worker.ts';

let site: JobSite;
let sandbox: SandboxProcess;
let gate: Gate;
const children: ChildProcess[] = [];

beforeAll(async () => {
  [site, sandbox] = await Promise.all([createJobSite(), startSandbox()]);
  gate = await openGate(sandbox.url);
}, 60_000);

afterAll(async () => {
  await Promise.all(children.map(kill));
  await gate.close();
  await sandbox.stop();
  await site.close();
});

async function launch(): Promise<ChildProcess> {
  const child = await launchWorker(site, gate.url);
  children.push(child);
  return child;
}

interface Due {
  readonly orgId: string;
  readonly invoiceId: string;
}

const books = () => ({ admin: site.admin, worker: site.pools.jobs });

async function makeDue(): Promise<Due> {
  const orgId = await makePayer(books(), 'pm_ok');
  const month = { start: '2026-09-01T00:00:00Z', end: '2026-10-01T00:00:00Z' };
  const lines = [{ stream: 'usage', minor: 10_000 }] as const;
  const invoiceId = await makeDraft(site.admin, orgId, { ...month, lines });
  await closingPhase(site.pools.jobs).apply([orgId], slotOn('2026-10-02'));
  return { orgId, invoiceId };
}

function order(kind: StaffCommandKind, { orgId, invoiceId }: Due, more: object = {}): Promise<OrderedCommand> {
  const body = { invoiceId, ...more };
  return orderStaffCommand(site, site.pools.jobs, { orgId, kind, body, by: { operator: 'ops' }, reason: 'asked' });
}

const resultOf = ({ orgId, id }: OrderedCommand): Promise<unknown> =>
  site.client.workflow.getHandle(`command:${orgId}:${id}`).result();

const providers = () => new Map([['sandbox', createSandboxProvider({ url: sandbox.url, timeoutMs: 2_000 })]]);
const taken = ({ invoiceId }: Due) => takenFor(providers(), 'sandbox', invoiceId);

async function refundedAtProvider({ invoiceId }: Due): Promise<bigint> {
  let refunded = 0n;
  for await (const page of providers().get('sandbox')?.chargesSince(0) ?? [])
    for (const charge of page) if (charge.chargedFor?.invoiceId === invoiceId) refunded += charge.refundedMinor;
  return refunded;
}

/** What whoever orders did to the invoice, by its audit trail, and what it says of the order. */
async function told({ invoiceId }: Due, { id }: OrderedCommand) {
  const { rows } = await site.admin.query<{ said: string }>(
    `select actor || ': ' || action as said from audit_log where subject = any($1) and actor = 'ops' order by seq`,
    [[`invoice/${invoiceId}`, `command/${id}`]],
  );
  return rows.map(({ said }) => said);
}

const paidOnce = [
  'ops: payment.attempted',
  'ops: command.retry_payment',
  'ops: payment.succeeded',
  'ops: invoice.paid',
];

test('orders whose worker is killed before a call, before its answer and before its commit are ended by their runs: charged and refunded once', async () => {
  const [called, answered, committed, refunded] = [await makeDue(), await makeDue(), await makeDue(), await makeDue()];
  const first = await launch();
  const paid = await order('retry_payment', refunded);
  expect(await resultOf(paid)).toBe('done');
  gate.hold = 'request';
  const call = await order('retry_payment', called);
  await gate.held(1);
  gate.hold = 'answer';
  const answer = await order('retry_payment', answered);
  await gate.held(2);
  gate.hold = 'nothing';
  const ledger = await holdTable(site.admin, 'billing_ledger');
  const commit = await order('retry_payment', committed);
  const refund = await order('refund', refunded, { amountMinor: '4000' });
  await expect.poll(() => ledger.waiting(), { timeout: 20_000 }).toBe(2);
  await kill(first);

  expect(await Promise.all([called, answered, committed].map(taken))).toEqual([[], [10_000n], [10_000n]]);
  expect(await refundedAtProvider(refunded)).toBe(4_000n);
  for (const { invoiceId } of [called, answered, committed])
    expect(await paymentsOf(books(), invoiceId)).toMatchObject([{ status: 'pending' }]);
  const orders = [call, answer, commit, refund];
  for (const one of orders) expect(await awaitCommand(site.pools.jobs, one, 0)).toMatchObject({ status: 'done' });

  await ledger.release();
  await launch();
  expect(await Promise.all(orders.map(resultOf))).toEqual(['done', 'done', 'done', 'done']);
  expect(await Promise.all([called, answered, committed].map(taken))).toEqual([[10_000n], [10_000n], [10_000n]]);
  expect(await refundedAtProvider(refunded)).toBe(4_000n);
  for (const [due, one] of [[called, call] as const, [answered, answer] as const, [committed, commit] as const]) {
    expect(await invoiceOf(books(), due.invoiceId)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 0 });
    expect(await told(due, one)).toEqual(paidOnce);
  }
  expect(await told(refunded, refund)).toEqual([
    ...paidOnce.filter((said) => !said.includes('command')),
    'ops: refund.ordered',
    'ops: command.refund',
    'ops: refund.made',
  ]);
  await expectInvariants(site.admin);
}, 120_000);
