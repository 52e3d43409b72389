import { once } from 'node:events';
import type { Server } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import { pino } from 'pino';
import type { EventRef } from '#domain/ids';
import { createApp, type GatewayApp } from '#gateway/app';
import { readConfig, type GatewayConfig } from '#gateway/config';
import type { Engine } from '#gateway/engine';
import { createMetrics } from '#gateway/metrics';
import { connectRedis } from '#gateway/redis/connect';
import type { GatewayResources } from '#gateway/services';
import { createGatewayServer } from '#gateway/server';
import { stopServing } from '#gateway/shutdown';
import { createKey, type IssuedKey, type NewKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { services } from '../../support/services.ts';

/** Temporal away, on purpose: it counts what it is asked to drive, and decides only what a test tells it. */
export interface CountingEngine extends Engine {
  readonly driven: EventRef[];
  isFull: boolean;
  decision: 'applied' | 'rejected' | undefined;
}

export interface TestGateway {
  readonly app: GatewayApp;
  readonly server: Server;
  readonly port: number;
  readonly engine: CountingEngine;
  readonly redis: Redis;
  /** As the owner of everything, for what a test arranges and looks at. */
  readonly admin: pg.Pool;
  readonly lines: string[];
  makeKey(key?: Partial<NewKey>): Promise<IssuedKey>;
  /** Writes what is otherwise written from time to time. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  readonly clock?: () => number;
  readonly config?: Partial<GatewayConfig>;
  readonly webhooks?: GatewayResources['webhooks'];
}

export const keyEncryptionKeys = `test:${Buffer.alloc(32, 7).toString('base64url')}`;
export const publicBaseUrl = 'https://gateway.test';

/** A gateway of its own in this process, on real Postgres and Redis, on a free port. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const database = await createDatabase();
  // A test's own work is in the gateway's event loop here, and must not count as its overload.
  const config = { ...configFor(database.url), loopLagMsMax: 60_000, ...options.config };
  const admin = openAdmin(database.url);
  const migrator = createPool({ url: database.url, role: 'migrator', max: 2, applicationName: 'test-keys' });
  const db = acceptPool(options.databaseUrl ? withDatabase(options.databaseUrl, database.url) : database.url);
  const redis = connectRedis(options.redisUrl ?? services().redisUrl, () => undefined);
  const keyring = parseKeyring(keyEncryptionKeys);
  const engine = countingEngine();
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const clock = options.clock ?? Date.now;
  const { webhooks } = options;
  const app = createApp({ db, redis, engine, keyring, clock, config, log, metrics: createMetrics(), webhooks });
  const server = createGatewayServer(app, config);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  if (!options.redisUrl && redis.status !== 'ready') await once(redis, 'ready');
  return {
    app,
    server,
    port: portOf(server),
    engine,
    redis,
    admin,
    lines,
    makeKey: (key = {}) => createKey(migrator, keyring, { tenantId: makeTenantId(), createdBy: 'test', ...key }),
    flush: () => app.flush(),
    async close() {
      if (server.listening) await stopServing(server, app, 0);
      await app.close();
      redis.disconnect();
      await Promise.all([db.end(), migrator.end(), admin.end()]);
      await database.drop();
    },
  };
}

export function makeTenantId(): string {
  return `t-${randomBytes(6).toString('hex')}`;
}

/** The pool that accepts, with the timeouts of the process. */
export function acceptPool(url: string): pg.Pool {
  return createPool({
    url,
    role: 'gateway',
    max: 10,
    applicationName: 'test-gateway',
    connectTimeoutMs: 2_000,
    lockTimeoutMs: 1_500,
    statementTimeoutMs: 1_800,
    queryTimeoutMs: 2_000,
  });
}

function configFor(databaseUrl: string): GatewayConfig {
  return readConfig({
    DATABASE_URL: databaseUrl,
    REDIS_URL: services().redisUrl,
    KEY_ENCRYPTION_KEYS: keyEncryptionKeys,
    APP_ENV: 'test',
    PUBLIC_BASE_URL: publicBaseUrl,
    TRUSTED_PROXIES: 'none',
  });
}

function countingEngine(): CountingEngine {
  const engine: CountingEngine = {
    driven: [],
    isFull: false,
    decision: undefined,
    drive: (ref) => void engine.driven.push(ref),
    waitForDecision: (_ref, deadline) =>
      engine.decision
        ? Promise.resolve(engine.decision)
        : new Promise((resolve) => setTimeout(resolve, deadline - Date.now(), undefined)),
    isBacklogFull: () => engine.isFull,
    status: () => ({ connected: false, queued: engine.driven.length }),
  };
  return engine;
}

function withDatabase(throughUrl: string, databaseUrl: string) {
  const url = new URL(databaseUrl);
  const through = new URL(throughUrl);
  url.hostname = through.hostname;
  url.port = through.port;
  return url.href;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the gateway does not listen');
  return address.port;
}
