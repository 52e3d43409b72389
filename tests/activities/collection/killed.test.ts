import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Providers } from '#payments/provider';
import { createSandboxProvider } from '#payments/sandbox/client';
import { holdTable } from '#tests/faults/harness/hold-table';
import { startSandbox, type SandboxProcess } from '#tests/payments/sandbox-process';
import { kill, openGate, startWork, type Gate } from './killing.ts';
import {
  auditOf,
  createWorld,
  expectBooksHold,
  invoiceOf,
  makeInvoice,
  makePayer,
  paymentsOf,
  takenFor,
  type World,
} from './world.ts';

let sandbox: SandboxProcess;
let gate: Gate;
let providers: Providers;
let world: World;
const killed: ChildProcess[] = [];

// What one test charged is none of the next one's books.
beforeEach(async () => {
  sandbox = await startSandbox();
  gate = await openGate(sandbox.url);
  providers = new Map([['sandbox', createSandboxProvider({ url: sandbox.url, timeoutMs: 2_000 })]]);
  world = await createWorld(providers);
});
afterEach(async () => {
  for (const child of killed.splice(0)) await kill(child);
  await expectBooksHold(world);
  await world.close();
  await gate.close();
  await sandbox.stop();
});

async function startTick(slot: string): Promise<ChildProcess> {
  const child = await startWork(world.url, gate.url, 'tick', slot);
  killed.push(child);
  return child;
}

async function expectPaidOnce(id: string) {
  expect(await takenFor(providers, 'sandbox', id)).toEqual([10_000n]);
  expect(await invoiceOf(world, id)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 0 });
  expect(await paymentsOf(world, id)).toMatchObject([{ ref: 'attempt-1', status: 'succeeded' }]);
  expect(await auditOf(world, id)).toEqual(['payment.attempted', 'payment.succeeded', 'invoice.paid']);
}

test.each(['request', 'answer'] as const)(
  'killed while the %s of a charge is on its way: the next tick finds out, and there is one charge',
  async (hold) => {
    const id = await makeInvoice(world, await makePayer(world, 'pm_ok'));
    gate.hold = hold;
    const child = await startTick('2026-11-02T10');
    await gate.held();
    await kill(child);
    gate.hold = 'nothing';
    expect(await takenFor(providers, 'sandbox', id)).toEqual(hold === 'answer' ? [10_000n] : []);
    expect(await paymentsOf(world, id)).toMatchObject([{ status: 'pending' }]);
    await world.tick('2026-11-02T10');
    expect(await paymentsOf(world, id)).toMatchObject([{ status: 'pending' }]);
    await world.tick('2026-11-02T11');
    await expectPaidOnce(id);
  },
);

test('killed after the answer and before its commit: the next tick finds out, and there is one charge', async () => {
  const id = await makeInvoice(world, await makePayer(world, 'pm_ok'));
  const held = await holdTable(world.admin, 'billing_ledger');
  const child = await startTick('2026-11-02T10');
  await held.wanted();
  await kill(child);
  await held.release();
  await expect.poll(async () => (await paymentsOf(world, id))[0]?.['status']).toBe('pending');
  await world.tick('2026-11-02T11');
  await expectPaidOnce(id);
});

test('killed before the attempt is committed: nothing was sent, and the next tick collects', async () => {
  const id = await makeInvoice(world, await makePayer(world, 'pm_ok'));
  const held = await holdTable(world.admin, 'payment');
  const child = await startTick('2026-11-02T10');
  await held.wanted();
  await kill(child);
  await held.release();
  expect(await paymentsOf(world, id)).toEqual([]);
  expect(await takenFor(providers, 'sandbox', id)).toEqual([]);
  await world.tick('2026-11-02T10');
  await expectPaidOnce(id);
});

test('a provider that was killed after charging knows its charges and keys when it is back', async () => {
  const id = await makeInvoice(world, await makePayer(world, 'pm_ok'));
  gate.hold = 'answer';
  const child = await startTick('2026-11-02T10');
  await gate.held();
  await kill(child);
  await sandbox.restart();
  await world.tick('2026-11-02T11');
  await expectPaidOnce(id);
});
