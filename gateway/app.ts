import { Hono } from 'hono';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { EpochMs } from '#domain/instants';
import type { Keyring } from '#prisma/keyring';
import { createCommitter } from './accept/committer.ts';
import { readEventState } from './accept/event-state.ts';
import { createProblems } from './answers/problems.ts';
import { createReport } from './answers/report.ts';
import { createAttemptLog } from './attempts/attempt-log.ts';
import type { GatewayConfig } from './config.ts';
import type { Env } from './context.ts';
import type { EventEngine } from './engine-port.ts';
import type { Gateway } from './gateway.ts';
import { loadFederationKey } from './keys/federation-key.ts';
import { createKeyCache } from './keys/key-cache.ts';
import { createLastUsed } from './keys/last-used.ts';
import { createStoreWatch } from './keys/store-watch.ts';
import { createAddressBuckets } from './limits/address-buckets.ts';
import { createBodyMemory } from './limits/body-memory.ts';
import { createOverload } from './limits/overload.ts';
import { createStopSignal } from './limits/stop-signal.ts';
import { createTenantTurns } from './limits/tenant-turns.ts';
import type { GatewayMetrics } from './metrics.ts';
import { createAdmissions } from './redis/admissions.ts';
import { clientPrefix } from './request/client-address.ts';
import { createRequestIds } from './request-ids.ts';
import { eventStateRoute } from './routes/event-state.ts';
import { eventsRoute } from './routes/events.ts';
import { mount, requireOnlyGuarded } from './routes/federation-route.ts';
import { usageRoute } from './routes/usage.ts';

/** What a gateway is made of. All of it is the caller's: createApp closes what it makes itself, and nothing else. */
export interface GatewayResources {
  readonly db: pg.Pool;
  readonly redis: Redis;
  readonly engine: EventEngine;
  readonly keyring: Keyring;
  readonly clock: () => EpochMs;
  readonly config: AppConfig;
  readonly log: Logger;
  readonly metrics: GatewayMetrics;
}

export type AppConfig = Pick<
  GatewayConfig,
  'publicBaseUrl' | 'trustedProxies' | 'inFlightMax' | 'loopLagMsMax' | 'addressRatePerS' | 'addressBurst'
>;

export interface GatewayApp {
  readonly hono: Hono<Env>;
  readonly gateway: Gateway;
  /** After the last answer: what is still to be written is written, and all timers end. */
  close(): Promise<void>;
}

export function createApp(resources: GatewayResources): GatewayApp {
  const { db, engine, clock, config, log, metrics } = resources;
  const attempts = createAttemptLog(db, (count) => {
    for (let dropped = 0; dropped < count; dropped++) metrics.count('attempts_dropped');
  });
  const lastUsed = createLastUsed(db);
  const gateway: Gateway = {
    now: clock,
    nextRequestId: createRequestIds(),
    prefixOf: (incoming) => clientPrefix(incoming, config.trustedProxies),
    ...createKeys(resources),
    noteKeyUsed: lastUsed.note,
    admissions: createAdmissions(resources.redis, {
      onAway: () => metrics.count('redis_failures'),
      onSettleFailed: () => metrics.count('settle_failures'),
      onBreaker: (isOpen) => noteBreaker(resources, 'redis', isOpen),
    }),
    committer: createCommitter(db, {
      onFailure(kind, error) {
        metrics.count('commit_failures');
        log.warn({ kind, err: error }, 'a batch was not committed');
      },
      onBreaker: (isOpen) => noteBreaker(resources, 'postgres', isOpen),
    }),
    readState: (tenantId, eventId) => readEventState(db, tenantId, eventId).catch(() => 'away'),
    engine,
    addresses: createAddressBuckets({
      ratePerS: config.addressRatePerS,
      burst: config.addressBurst,
      nowMs: () => performance.now(),
    }),
    overload: createOverload({ inFlightMax: config.inFlightMax, lagMsMax: config.loopLagMsMax }),
    bodyMemory: createBodyMemory(),
    turns: createTenantTurns(),
    problems: createProblems(config.publicBaseUrl),
    report: createReport(log, metrics, attempts),
    stop: createStopSignal(),
  };
  const hono = createRoutes(gateway);
  return {
    hono,
    gateway,
    async close() {
      gateway.overload.close();
      await gateway.committer.drained();
      gateway.committer.close();
      await Promise.all([attempts.close(), lastUsed.close()]);
      await gateway.admissions.close();
    },
  };
}

function createKeys({ db, keyring, clock, log, metrics }: GatewayResources): Pick<Gateway, 'keys' | 'keyStore'> {
  const keyStore = createStoreWatch(() => db.query('select 1'));
  const keys = createKeyCache({
    now: clock,
    async load(keyId) {
      const key = await loadFederationKey(db, keyring, keyId).catch((error: unknown) => {
        keyStore.failed();
        throw error;
      });
      keyStore.answered();
      return key;
    },
    onRefreshFailed(keyId, error) {
      metrics.count('key_lookup_failures');
      log.warn({ keyId, err: error }, 'a key could not be looked up');
    },
  });
  return { keys, keyStore };
}

function createRoutes(gateway: Gateway): Hono<Env> {
  const app = new Hono<Env>();
  for (const route of [eventsRoute, usageRoute, eventStateRoute]) mount(app, gateway, route);
  requireOnlyGuarded(app);
  return app;
}

function noteBreaker({ log, metrics }: GatewayResources, store: string, isOpen: boolean) {
  if (isOpen) metrics.count('breaker_opened');
  log.warn({ store, isOpen }, isOpen ? 'a store is away: refusing at once' : 'a store is back');
}
