import { pino } from 'pino';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { createMetrics } from './metrics.ts';
import { connectRedis } from './redis/connect.ts';
import { createGatewayServer } from './server.ts';
import { stopServing } from './shutdown.ts';

const config = readConfig(process.env);
const log = pino(
  { level: config.logLevel, base: { service: 'gateway' } },
  pino.destination({ sync: false, minLength: 4_096 }),
);
const db = createPool({
  url: config.databaseUrl,
  role: 'gateway',
  max: 10,
  applicationName: 'tributary-gateway',
  lockTimeoutMs: 1_500,
  statementTimeoutMs: 1_800,
  queryTimeoutMs: 2_000,
  connectTimeoutMs: 2_000,
});
const redis = connectRedis(config.redisUrl, (error) => log.debug({ err: error }, 'redis'));
const engine = {
  drive: () => undefined,
  waitForDecision: async () => undefined,
  isBacklogFull: () => false,
  status: () => ({}),
  close: async () => undefined,
};
const app = createApp({
  db,
  redis,
  engine,
  keyring: parseKeyring(config.keyEncryptionKeys),
  clock: Date.now,
  config,
  log,
  metrics: createMetrics(),
});
const server = createGatewayServer(app, config);
server.listen(config.port, config.host, () => log.info({ address: server.address() }, 'listening'));
const stop = async () => {
  await stopServing(server, app, config.balancerIntervalMs);
  await app.close();
  await db.end();
  log.flush();
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
