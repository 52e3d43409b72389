import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#deploy/services/ports';
import { startService, type Service } from '#deploy/services/service';
import { buildPortal, portalServer } from '#deploy/steps/build-portal';
import setUpServices from '../../global-setup.ts';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { seedDemo } from '../seed/demo.ts';
import { seedHostile } from '../seed/hostile.ts';
import { keyEncryptionKeys, password, staff, staffSecretKeys } from './staff.ts';

/** When the portal believes it is: the seeds lie before it. */
export const now = Date.parse('2026-11-24T12:00:00Z');
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
  const worker = await startWorker(full, folder);
  const portals = [await startPortal('full', full, folder), await startPortal('empty', empty, folder)];
  process.env['PORTAL_FULL_DATABASE'] = full.url;
  process.env['PORTAL_EVENT_QUEUE'] = queues.EVENT_TASK_QUEUE;
  return async () => {
    await Promise.all([worker, ...portals].map((service) => service.stop()));
    await Promise.all([full.drop(), empty.drop()]);
    await rm(folder, { recursive: true, force: true });
    await stopServices();
  };
}

/** Nobody else's: other tests have workers on the same server. */
const queues = { BILLING_TASK_QUEUE: `portal-${process.pid}`, EVENT_TASK_QUEUE: `portal-events-${process.pid}` };

/** Does what the portal under test orders. */
async function startWorker(database: TestDatabase, folder: string): Promise<Service> {
  const address = `http://127.0.0.1:${await freePort()}`;
  return startService({
    address,
    ready: () => expectOk(`${address}/readyz`),
    program: {
      name: 'worker',
      command: process.execPath,
      args: ['--import', 'tsx', 'temporal/main.ts'],
      env: { ...queues, DATABASE_URL: database.url, OPS_HOST: '127.0.0.1', OPS_PORT: new URL(address).port },
      logFile: join(folder, 'worker.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 50_000,
    },
  });
}

async function expectOk(url: string) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}

async function startPortal(name: string, database: TestDatabase, folder: string): Promise<Service> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  process.env[`PORTAL_${name.toUpperCase()}`] = origin;
  return startService({
    address: origin,
    ready: () => expectOk(`${origin}/api/health`),
    program: {
      name: `portal-${name}`,
      command: process.execPath,
      args: [portalServer],
      env: {
        NODE_ENV: 'production',
        APP_ENV: 'test',
        APP_ORIGIN: origin,
        DATABASE_URL: database.url,
        FIXED_NOW: new Date(now).toISOString(),
        HOSTNAME: '127.0.0.1',
        PORT: String(port),
        PROVIDER_STAFF: JSON.stringify(staff.map((member) => ({ ...member, password }))),
        STAFF_SECRET_KEYS: staffSecretKeys,
        KEY_ENCRYPTION_KEYS: keyEncryptionKeys,
        TEMPORAL_UI_URL: 'http://127.0.0.1:8233',
        // Nobody answers orders of the empty one.
        ...(name === 'full' ? queues : { TEMPORAL_ADDRESS: '127.0.0.1:1' }),
      },
      logFile: join(folder, `${name}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
    },
  });
}
