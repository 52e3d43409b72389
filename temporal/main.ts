import { pino } from 'pino';
import { createCollectionActivities } from '#activities/collection/collection-activities';
import { createCommandActivities } from '#activities/commands/create-command-activities';
import { createReplayActivities } from '#activities/replay/create-replay-activities';
import { createNotify } from '#activities/collection/notices/config';
import { createProviders, readPaymentConfig } from '#payments/config';
import { requireNode } from '#domain/node-version';
import { requireMigrations } from '#prisma/missing-migration';
import { createPool } from '#prisma/pool';
import { createBilling } from './billing.ts';
import { openClient } from './client.ts';
import { orderReplay } from './commands.ts';
import { createBillingPools, createBillingWorker } from './billing-worker.ts';
import { createEventEngine } from './engine.ts';
import { readBillingEnv, readEngineEnv } from './env.ts';
import { describeError } from './failure.ts';
import { createJobPhases } from './job-phases.ts';
import { resumeReplays } from './replay-commands.ts';
import { createOpsServer } from './ops-server.ts';
import { createApplyPools } from './worker.ts';

requireNode(process.versions.node);

/** The worker process: jobs, events for which no gateway has room or that a dead gateway left, and a sweeper of its own. */
const log = pino({ level: process.env['LOG_LEVEL'] ?? 'info', base: { process: 'worker' } });
const databaseUrl = process.env['DATABASE_URL'];
if (!databaseUrl) throw new Error('DATABASE_URL is not set');

const claims = createPool({ url: databaseUrl, role: 'worker', max: 3, applicationName: 'worker-sweeper' });
const pools = createApplyPools(databaseUrl, 'worker');
const engine = createEventEngine({
  env: { ...readEngineEnv(process.env), worker: 'embedded' },
  db: { ...pools, gateway: claims },
  log,
});
const billingEnv = readBillingEnv(process.env);
const billingPools = createBillingPools(databaseUrl, 'worker');
const providers = createProviders(readPaymentConfig(process.env));
const notify = createNotify(process.env, log);
const anchorsFolder = process.env['AUDIT_ANCHORS_DIR'] || undefined;
const jobs = createJobPhases({ ...billingPools, log, providers, notify, anchorsFolder });
const collection = { db: billingPools.jobs, providers, notify, now: Date.now };
const verbs = openClient(readEngineEnv(process.env));
const starter = { client: verbs.client, taskQueue: readEngineEnv(process.env).taskQueue, isEager: () => false };
const more = {
  ...createCollectionActivities(collection),
  ...createCommandActivities(collection),
  ...createReplayActivities({
    db: billingPools.jobs,
    verbs: { order: (client, event, by) => orderReplay(starter, client, event, by) },
  }),
};
const billing = createBilling({
  env: billingEnv,
  log,
  verifier: billingPools.verifier,
  createWorker: (connection) => createBillingWorker(connection, billingEnv, { ...billingPools, log }, jobs, more),
  resume: (client) => resumeReplays({ client, taskQueue: billingEnv.taskQueue }, billingPools.jobs),
});
let isStopping = false;
const ops = createOpsServer({
  engine,
  billing,
  isStopping: () => isStopping,
  checkSchema: () => requireMigrations(claims),
});
ops.listen(Number(process.env['OPS_PORT'] ?? '9465'), process.env['OPS_HOST'] ?? '0.0.0.0');

process.once('SIGTERM', () => void stop('SIGTERM'));
process.once('SIGINT', () => void stop('SIGINT'));

async function stop(signal: string) {
  isStopping = true;
  log.info({ signal }, 'worker stops');
  // A second signal ends it at once; nothing is lost by that either.
  for (const again of ['SIGTERM', 'SIGINT'] as const) process.on(again, () => process.exit(1));
  try {
    await Promise.all([engine.close(), billing.close()]);
    await verbs.close();
    const all = [claims, pools.apply, pools.applyPatiently, billingPools.jobs, billingPools.verifier];
    await Promise.all(all.map((pool) => pool.end()));
    ops.close();
    log.info('worker stopped');
    process.exit(0);
  } catch (error) {
    log.error({ ...describeError(error), says: String(error) }, 'worker did not stop in time');
    process.exit(1);
  }
}
