import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Providers } from '#payments/provider';
import { createSandboxProvider } from '#payments/sandbox/client';
import { holdTable } from '#tests/faults/harness/hold-table';
import { startSandbox, type SandboxProcess } from '#tests/payments/sandbox-process';
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

/** In front of the sandbox: holds a charge before it gets there, or its answer before it gets back, until the caller is dead. */
interface Gate {
  readonly url: string;
  hold: 'request' | 'answer' | 'nothing';
  /** Settles once a charge is held. */
  held: () => Promise<void>;
  close(): Promise<void>;
}

let sandbox: SandboxProcess;
let gate: Gate;
let providers: Providers;
let world: World;
const killed: ChildProcess[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  gate = await openGate(sandbox.url);
  providers = new Map([['sandbox', createSandboxProvider({ url: sandbox.url, timeoutMs: 2_000 })]]);
  world = await createWorld(providers);
});
afterEach(async () => {
  for (const child of killed.splice(0)) await kill(child);
  await expectBooksHold(world);
  await world.close();
  await gate.close();
});
afterAll(() => sandbox.stop());

function startTick(slot: string): ChildProcess {
  const args = ['--import', 'tsx', 'tests/activities/collection/tick-main.ts', world.url, gate.url, slot];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  killed.push(child);
  return child;
}

async function kill(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
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
    const child = startTick('2026-11-02T10');
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
  const child = startTick('2026-11-02T10');
  await held.wanted();
  await kill(child);
  await held.release();
  await expect.poll(async () => (await paymentsOf(world, id))[0]?.['status'], { timeout: 5_000 }).toBe('pending');
  await world.tick('2026-11-02T11');
  await expectPaidOnce(id);
});

test('killed before the attempt is committed: nothing was sent, and the next tick collects', async () => {
  const id = await makeInvoice(world, await makePayer(world, 'pm_ok'));
  const held = await holdTable(world.admin, 'payment');
  const child = startTick('2026-11-02T10');
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
  const child = startTick('2026-11-02T10');
  await gate.held();
  await kill(child);
  await sandbox.restart();
  await world.tick('2026-11-02T11');
  await expectPaidOnce(id);
});

async function openGate(target: string): Promise<Gate> {
  let note: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (note = resolve));
  const gateState: Pick<Gate, 'hold'> = { hold: 'nothing' };
  const server: Server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const isCharge = request.method === 'POST';
      if (isCharge && gateState.hold === 'request') return note();
      const answer = await fetch(new URL(request.url ?? '/', target), {
        method: request.method ?? 'GET',
        ...(isCharge && { body: Buffer.concat(chunks), headers: { 'content-type': 'application/json' } }),
      });
      if (isCharge && gateState.hold === 'answer') return note();
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return Object.assign(gateState, {
    url: `http://127.0.0.1:${port}`,
    held: () => held,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
