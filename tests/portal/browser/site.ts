import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#deploy/services/ports';
import { startService, type Service } from '#deploy/services/service';
import { buildPortal } from '#deploy/steps/build-portal';
import { programArgs } from '#deploy/steps/build-programs';
import setUpServices from '../../global-setup.ts';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { seedDemo } from '../seed/demo.ts';
import { seedHostile } from '../seed/hostile.ts';
import { expectOk, now, startPortal } from './start-portal.ts';

const eventsPerDay = 400;

/** Starts two portals on databases of their own: one with a demo's and hostile data, one that is empty. */
export default async function setUp(): Promise<() => Promise<void>> {
  const stopServices = await setUpServices();
  await buildPortal();
  const folder = await mkdtemp(join(tmpdir(), 'portal-under-test-'));
  const [full, empty] = await Promise.all([createDatabase(), createDatabase()]);
  const db = openAdmin(full.url, 2);
  await seedDemo(db, { now, eventsPerDay });
  await seedHostile(db, now);
  await db.end();
  const sandbox = await startSandbox(folder);
  const worker = await startWorker(full, folder, sandbox.address);
  const fullPortal = await startPortal({ name: 'full', database: full, folder, env: queues });
  // Nobody answers its orders.
  const nobody = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const emptyPortal = await startPortal({ name: 'empty', database: empty, folder, env: nobody });
  Object.assign(process.env, {
    PORTAL_FULL: fullPortal.address,
    PORTAL_EMPTY: emptyPortal.address,
    PORTAL_FULL_DATABASE: full.url,
    PORTAL_EMPTY_DATABASE: empty.url,
    PORTAL_BILLING_QUEUE: queues.BILLING_TASK_QUEUE,
    PORTAL_EVENT_QUEUE: queues.EVENT_TASK_QUEUE,
  });
  return async () => {
    await Promise.all([worker, fullPortal, emptyPortal, sandbox].map((service) => service.stop()));
    await Promise.all([full.drop(), empty.drop()]);
    await rm(folder, { recursive: true, force: true });
    await stopServices();
  };
}

/** Nobody else's: other tests have workers on the same server. */
const queues = { BILLING_TASK_QUEUE: `portal-${process.pid}`, EVENT_TASK_QUEUE: `portal-events-${process.pid}` };

/** Does what the portal under test orders. */
async function startWorker(database: TestDatabase, folder: string, sandbox: string): Promise<Service> {
  const address = `http://127.0.0.1:${await freePort()}`;
  return startService({
    address,
    ready: () => expectOk(`${address}/readyz`),
    program: {
      name: 'worker',
      command: process.execPath,
      args: programArgs('worker'),
      env: {
        ...queues,
        DATABASE_URL: database.url,
        OPS_HOST: '127.0.0.1',
        OPS_PORT: new URL(address).port,
        SANDBOX_PROVIDER_URL: sandbox,
      },
      logFile: join(folder, 'worker.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 50_000,
    },
  });
}

/** Takes the payments of the invoices under test. */
async function startSandbox(folder: string): Promise<Service> {
  const address = `http://127.0.0.1:${await freePort()}`;
  return startService({
    address,
    ready: () => expectOk(`${address}/healthz`),
    program: {
      name: 'sandbox',
      command: process.execPath,
      args: programArgs('sandbox'),
      env: { SANDBOX_FILE: join(folder, 'sandbox.jsonl'), SANDBOX_PORT: new URL(address).port },
      logFile: join(folder, 'sandbox.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
    },
  });
}
