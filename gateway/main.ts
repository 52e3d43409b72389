import { pino } from 'pino';
import { requireNode } from '#domain/node-version';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { createEventEngine } from '#temporal/engine';
import { readBillingEnv, readEngineEnv } from '#temporal/env';
import { openProviderEvents } from '#temporal/provider-events';
import { createApplyPools } from '#temporal/worker';
import { createApp } from './app.ts';
import { clockFinding, durabilityFinding, redisFinding, settingsFindings } from './boot-checks.ts';
import { readConfig } from './config.ts';
import { followKeyChanges } from './keys/key-changes.ts';
import { createMetrics } from './metrics.ts';
import { createOpsServer } from './ops-server.ts';
import { connectionsWithin, openFilesMax } from './limits/open-files.ts';
import { connectRedis, connectSubscriber, readyOrAway } from './redis/connect.ts';
import { createGatewayServer } from './server.ts';
import { stopServing } from './shutdown.ts';

requireNode(process.versions.node);

const clockCheckMs = 60_000;

/** The gateway process. It serves whatever is away: nothing here waits for Postgres or Temporal, and for Redis a moment only. */
const read = readConfig(process.env);
const config = { ...read, connectionsMax: connectionsWithin(read.connectionsMax, openFilesMax()) };
const destination = pino.destination({ sync: false, minLength: 12_288 });
const log = pino({ level: config.logLevel, base: { process: 'gateway' } }, destination);
setInterval(() => destination.flush(), 500).unref();

const db = createPool({
  url: config.databaseUrl,
  role: 'gateway',
  max: 10,
  applicationName: 'gateway-accept',
  connectTimeoutMs: 2_000,
  lockTimeoutMs: 1_500,
  statementTimeoutMs: 1_800,
  queryTimeoutMs: 2_000,
});
const sweeps = createPool({ url: config.databaseUrl, role: 'gateway', max: 3, applicationName: 'gateway-sweeper' });
const apply = createApplyPools(config.databaseUrl, 'gateway-apply');
const redis = connectRedis(config.redisUrl, (error) => log.debug({ err: error }, 'Redis'));
const subscriber = connectSubscriber(config.redisUrl, (error) => log.debug({ err: error }, 'Redis, subscriber'));
const metrics = createMetrics();
const engine = createEventEngine({
  env: readEngineEnv(process.env),
  db: { ...apply, gateway: sweeps },
  alsoCounted: [db],
  log,
});
const keyring = parseKeyring(config.keyEncryptionKeys);
const { webhookSecrets: secrets } = config;
const providerEvents = secrets.length > 0 ? openProviderEvents(readBillingEnv(process.env)) : undefined;
const webhooks = providerEvents && {
  secrets,
  start: (provider: string, id: string) => providerEvents.start(provider, id),
};
const app = createApp({ db, redis, engine, keyring, clock: Date.now, config, log, metrics, webhooks });
followKeyChanges(subscriber, app.gateway.keys);

for (const finding of settingsFindings(config)) object(finding);
if (config.connectionsMax < read.connectionsMax)
  log.warn({ connectionsMax: config.connectionsMax }, 'fewer connections: the limit of open files is low');
redis.on('ready', () => void redisFinding(redis).then(object, () => undefined));
setInterval(() => void clockFinding(redis, Date.now()).then(warn, () => undefined), clockCheckMs).unref();
void durabilityFinding(db).then(object, () => undefined);

const server = createGatewayServer(app, config);
const ops = createOpsServer({ db, redis, engine, metrics });
if (config.opsPort !== undefined) ops.listen(config.opsPort, config.opsHost);

process.once('SIGTERM', () => void stop('SIGTERM'));
process.once('SIGINT', () => void stop('SIGINT'));

await readyOrAway(redis);
if (!app.gateway.stop.isStopping()) {
  server.listen(config.port, config.host, () => log.info({ address: server.address() }, 'gateway serves'));
}

function warn(finding: string | undefined) {
  if (finding !== undefined) log.warn(finding);
}

/** What would break a promise ends the process in production, and is said anywhere else. */
function object(finding: string | undefined) {
  if (finding === undefined) return;
  log[config.isProduction ? 'fatal' : 'warn'](finding);
  if (!config.isProduction) return;
  destination.flushSync();
  process.exit(1);
}

async function stop(signal: string) {
  log.info({ signal }, 'gateway stops');
  // A second signal ends it at once; nothing that was answered is lost by that either.
  for (const again of ['SIGTERM', 'SIGINT'] as const) process.on(again, () => process.exit(1));
  try {
    await stopServing(server, app, config.balancerIntervalMs);
    await engine.close();
    await providerEvents?.close();
    await app.close();
    subscriber.disconnect();
    redis.disconnect();
    await Promise.all([db, sweeps, apply.apply, apply.applyPatiently].map((pool) => pool.end()));
    ops.close();
    log.info('gateway stopped');
    process.exitCode = 0;
  } catch (error) {
    log.error({ err: error }, 'gateway did not stop in time');
    process.exitCode = 1;
  }
  destination.flushSync();
  process.exit();
}
