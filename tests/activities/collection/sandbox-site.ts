import { afterAll, beforeAll } from 'vitest';
import { beginRetryByHand } from '#activities/collection/retry-by-hand';
import { setPaymentMethod } from '#activities/collection/set-payment-method';
import { settlePayment } from '#activities/collection/settle-payment';
import { createSandboxProvider } from '#payments/sandbox/client';
import { inTenants } from '#prisma/pool';
import { startSandbox, type SandboxProcess } from '#tests/payments/sandbox-process';
import { createWorld, expectBooksHold, takenFor, type World } from './world.ts';

export interface SandboxSite {
  readonly world: World;
  /** What the provider says it took for an invoice. */
  readonly taken: (invoiceId: string) => Promise<bigint[]>;
  /** What staff do on the n-th day, in the hour after its slot: what became of each attempt that it began. */
  readonly changeMethod: (orgId: string, token: string, n: number) => Promise<unknown[]>;
  readonly retryByHand: (orgId: string, invoiceId: string, n: number) => Promise<unknown>;
}

const staff = { actorType: 'staff', actor: 'ann' } as const;
const answerMs = 500;

/** The slot of the n-th day, from 2026-11-02 on. */
export const day = (n: number, hour = '10') =>
  `${new Date(Date.UTC(2026, 10, 2 + n)).toISOString().slice(0, 10)}T${hour}`;
export const at = (n: number, hour?: string) => Date.parse(`${day(n, hour)}:05:00Z`);

/** A database with the sandbox as a process beside it, for the tests of a file; after them the books must hold. */
export function useSandbox(): SandboxSite {
  let sandbox: SandboxProcess | undefined;
  let world: World | undefined;
  const opened = () => {
    if (!world) throw new Error('outside of a test');
    return world;
  };
  beforeAll(async () => {
    sandbox = await startSandbox({ SANDBOX_HANG_MS: '2000' });
    world = await createWorld(new Map([['sandbox', createSandboxProvider({ url: sandbox.url, timeoutMs: answerMs })]]));
  });
  afterAll(async () => {
    await expectBooksHold(opened());
    await world?.close();
    await sandbox?.stop();
  });
  return {
    get world() {
      return opened();
    },
    taken: (id) => takenFor(opened().resources.providers, 'sandbox', id),
    async changeMethod(orgId, token, n) {
      const { worker, resources } = opened();
      const begun = await inTenants(worker, [orgId], (client) =>
        setPaymentMethod(client, { orgId, provider: 'sandbox', token }, at(n, '11'), staff),
      );
      const settled = [];
      for (const name of begun)
        settled.push(await settlePayment({ ...resources, now: () => at(n, '11') }, name, staff));
      return settled;
    },
    async retryByHand(orgId, invoiceId, n) {
      const { worker, resources } = opened();
      const begun = await inTenants(worker, [orgId], (client) =>
        beginRetryByHand(client, { orgId, invoiceId }, at(n, '11'), staff),
      );
      return 'refused' in begun ? begun.refused : settlePayment({ ...resources, now: () => at(n, '11') }, begun, staff);
    },
  };
}
