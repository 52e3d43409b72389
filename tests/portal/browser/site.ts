import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test';
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
import { tellSites, type Site } from './under-test.ts';

const eventsPerDay = 400;

/** Starts a site for each worker of the runner: two portals on databases of their own, one with a demo's and hostile data, one that is empty. */
export default async function setUp({ workers }: FullConfig): Promise<() => Promise<void>> {
  const stopServices = await setUpServices();
  await buildPortal();
  const folder = await mkdtemp(join(tmpdir(), 'portal-under-test-'));
  const seeded = await createDatabase();
  const db = openAdmin(seeded.url, 2);
  await seedDemo(db, { now, eventsPerDay });
  await seedHostile(db, now);
  await db.end();
  const sandbox = await startSandbox(folder);
  const sites = await Promise.all(
    Array.from({ length: workers }, (_, index) => startSite({ index, folder, sandbox: sandbox.address, seeded })),
  );
  tellSites(sites.map(({ told }) => told));
  return async () => {
    await Promise.all(sites.map((site) => site.stop()));
    await Promise.all([sandbox.stop(), seeded.drop()]);
    await rm(folder, { recursive: true, force: true });
    await stopServices();
  };
}

interface Made {
  readonly index: number;
  /** For logs. */
  readonly folder: string;
  readonly sandbox: string;
  readonly seeded: TestDatabase;
}

async function startSite({ index, folder, sandbox, seeded }: Made) {
  const full = await createDatabase(seeded);
  const empty = await createDatabase();
  // Nobody else's: other tests have workers on the same server.
  const queues = {
    BILLING_TASK_QUEUE: `portal-${process.pid}-${index}`,
    EVENT_TASK_QUEUE: `portal-events-${process.pid}-${index}`,
  };
  // Nobody answers its orders.
  const nobody = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const [worker, fullPortal, emptyPortal] = await Promise.all([
    startWorker({ name: `worker-${index}`, database: full, folder, sandbox, queues }),
    startPortal({ name: `full-${index}`, database: full, folder, env: queues }),
    startPortal({ name: `empty-${index}`, database: empty, folder, env: nobody }),
  ]);
  const told: Site = {
    full: fullPortal.address,
    empty: emptyPortal.address,
    fullDatabase: full.url,
    emptyDatabase: empty.url,
    billingQueue: queues.BILLING_TASK_QUEUE,
    eventQueue: queues.EVENT_TASK_QUEUE,
  };
  const stop = async () => {
    await Promise.all([worker, fullPortal, emptyPortal].map((service) => service.stop()));
    await Promise.all([full.drop(), empty.drop()]);
  };
  return { told, stop };
}

interface StartedWorker {
  readonly name: string;
  readonly database: TestDatabase;
  readonly folder: string;
  readonly sandbox: string;
  readonly queues: Readonly<Record<string, string>>;
}

/** Does what the portal under test orders. */
async function startWorker({ name, database, folder, sandbox, queues }: StartedWorker): Promise<Service> {
  const address = `http://127.0.0.1:${await freePort()}`;
  return startService({
    address,
    ready: () => expectOk(`${address}/readyz`),
    program: {
      name,
      command: process.execPath,
      args: programArgs('worker'),
      env: {
        ...queues,
        DATABASE_URL: database.url,
        OPS_HOST: '127.0.0.1',
        OPS_PORT: new URL(address).port,
        SANDBOX_PROVIDER_URL: sandbox,
      },
      logFile: join(folder, `${name}.log`),
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
