import { setTimeout as sleep } from 'node:timers/promises';
import { createBillingPools, createBillingWorker } from '#temporal/billing-worker';
import { openNative } from '#temporal/connection';
import { readBillingEnv } from '#temporal/env';
import { installRuntime } from '#temporal/runtime';
import { openAdmin } from '../support/admin.ts';
import { silent } from './engine-site.ts';
import { createWork, makeIds } from './job-work.ts';

// A worker of its own process, for a test that kills it: 40 sets that take their time.
const url = process.env['DATABASE_URL'] ?? '';
const admin = openAdmin(url);
const { phase } = await createWork(admin, 'killed', {
  ids: makeIds(400),
  setSize: 10,
  pageSize: 100,
  before: async () => {
    await sleep(Number(process.env['SET_MS'] ?? '100'));
  },
});
await installRuntime(silent);
const env = readBillingEnv(process.env);
const { connection } = await openNative(env);
const worker = await createBillingWorker(
  connection,
  env,
  { ...createBillingPools(url, 'killed'), log: silent },
  {
    'nightly-rating': [phase],
    dunning: [],
    'monthly-rollup': [],
    metrics: [],
    invariants: [],
  },
);
process.on('SIGTERM', () => worker.shutdown());
await worker.run();
process.exit(0);
