import { afterAll, beforeAll, expect, test } from 'vitest';
import { setPaymentMethod } from '#activities/collection/set-payment-method';
import { settlePayment } from '#activities/collection/settle-payment';
import { beginRetryByHand } from '#activities/collection/retry-by-hand';
import type { Providers } from '#payments/provider';
import { createSandboxProvider } from '#payments/sandbox/client';
import { inTenants } from '#prisma/pool';
import { startSandbox, type SandboxProcess } from '../../payments/sandbox-process.ts';
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

const staff = { actorType: 'staff', actor: 'ann' } as const;
let sandbox: SandboxProcess;
let providers: Providers;
let world: World;

beforeAll(async () => {
  sandbox = await startSandbox({ SANDBOX_HANG_MS: '2000' });
  providers = new Map([['sandbox', createSandboxProvider({ url: sandbox.url, timeoutMs: 300 })]]);
  world = await createWorld(providers);
});

afterAll(async () => {
  await world.close();
  await sandbox.stop();
});

const taken = (id: string) => takenFor(providers, 'sandbox', id);

test('a due invoice is paid by the tick, once, however often its slot runs', async () => {
  const orgId = await makePayer(world, 'pm_ok');
  const [due, later] = [
    await makeInvoice(world, orgId),
    await makeInvoice(world, orgId, { dueAt: '2026-11-30T00:00:00Z' }),
  ];
  await Promise.all([world.tick('2026-11-02T10'), world.tick('2026-11-02T10')]);
  await world.tick('2026-11-02T10');
  await world.tick('2026-11-03T10');
  expect(await invoiceOf(world, due)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 0 });
  expect(await invoiceOf(world, later)).toMatchObject({ status: 'open', due: 10_000 });
  expect(await taken(due)).toEqual([10_000n]);
  expect(await auditOf(world, due)).toEqual(['payment.attempted', 'payment.succeeded', 'invoice.paid']);
  await expectBooksHold(world);
});
