import { pino } from 'pino';
import { createApp } from '#gateway/app';
import { readConfig } from '#gateway/config';
import { createMetrics } from '#gateway/metrics';
import { connectRedis } from '#gateway/redis/connect';
import { createGatewayServer } from '#gateway/server';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { createDirectCommitter } from './direct-committer.ts';

// The gateway of the product, guards and all, but for what commits: see direct-committer.ts.
const connectionsMax = 32;
const config = readConfig(process.env);
const log = pino({ level: config.logLevel }, pino.destination({ sync: false, minLength: 4_096 }));
const url = config.databaseUrl;
const db = createPool({ url, role: 'gateway', max: 10, applicationName: 'direct' });
const app = createApp({
  db,
  redis: connectRedis(config.redisUrl, () => undefined),
  engine: {
    drive: () => undefined,
    waitForDecision: () => Promise.resolve(undefined),
    isBacklogFull: () => false,
    status: () => ({ connected: false, queued: 0 }),
  },
  keyring: parseKeyring(config.keyEncryptionKeys),
  clock: Date.now,
  config,
  log,
  metrics: createMetrics(),
});
const writes = createPool({ url, role: 'migrator', max: connectionsMax, applicationName: 'direct-writes' });
Object.assign(app.gateway, { committer: createDirectCommitter(writes) });
createGatewayServer(app, config).listen(config.port, config.host);
process.once('SIGTERM', () => process.exit(0));
