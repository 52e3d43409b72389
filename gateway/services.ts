import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { EpochMs } from '#domain/instants';
import type { Keyring } from '#prisma/keyring';
import { createCommitter } from './accept/committer.ts';
import { readEventState } from './accept/event-state.ts';
import { createProblems } from './answers/problems.ts';
import { createReport } from './answers/report.ts';
import { createAttemptLog, type AttemptLog } from './attempts/attempt-log.ts';
import { forgetBodiesInTime } from './attempts/forget-bodies.ts';
import type { GatewayConfig } from './config.ts';
import type { Engine } from './engine.ts';
import type { Gateway } from './gateway.ts';
import { openKey, readKeyRow } from './keys/federation-key.ts';
import { createKeyCache, TooManyLookups } from './keys/key-cache.ts';
import { createLastUsed } from './keys/last-used.ts';
import { createStoreWatch } from './keys/store-watch.ts';
import { createAddressBuckets } from './limits/address-buckets.ts';
import { createBodyMemory } from './limits/body-memory.ts';
import { createOverload } from './limits/overload.ts';
import { createStopSignal } from './limits/stop-signal.ts';
import { createTenantTurns } from './limits/tenant-turns.ts';
import type { GatewayMetrics } from './metrics.ts';
import { createAdmissions } from './redis/admissions.ts';
import { createRequestIds } from './request-ids.ts';
import type { ProviderWebhooks } from './routes/provider-webhook.ts';
import { clientPrefix } from './request/client-address.ts';

/** What a gateway is made of. It is the caller's, who also closes it. */
export interface GatewayResources {
  readonly db: pg.Pool;
  readonly redis: Redis;
  readonly engine: Engine;
  readonly keyring: Keyring;
  readonly clock: () => EpochMs;
  readonly config: AppConfig;
  readonly log: Logger;
  readonly metrics: GatewayMetrics;
  /** Absent: no payment provider tells anything here. */
  readonly webhooks?: Omit<ProviderWebhooks, 'db'> | undefined;
}

export type AppConfig = Pick<
  GatewayConfig,
  'publicBaseUrl' | 'trustedProxies' | 'inFlightMax' | 'loopLagMsMax' | 'addressRatePerS' | 'addressBurst'
>;

export interface GatewayServices {
  readonly gateway: Gateway;
  /** Writes now what is otherwise written from time to time. */
  flush(): Promise<void>;
  /** Writes what is still to be written, and ends all timers. */
  close(): Promise<void>;
}

export function createServices(resources: GatewayResources): GatewayServices {
  const { db, engine, clock, config, log, metrics } = resources;
  const attempts = createAttemptLog(db, (count) => metrics.count('attempts_dropped', count));
  const lastUsed = createLastUsed(db);
  const bodies = forgetBodiesInTime(db);
  const gateway: Gateway = {
    now: clock,
    nextRequestId: createRequestIds(),
    prefixOf: (incoming) => clientPrefix(incoming, config.trustedProxies),
    ...createKeys(resources),
    noteKeyUsed: (keyId, secret, at) => lastUsed.note(keyId, secret, at),
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
    ...createLimits(config),
    problems: createProblems(config.publicBaseUrl),
    report: createReport(log, metrics, attempts),
    stop: createStopSignal(),
  };
  showGauges(metrics, gateway, attempts);
  return {
    gateway,
    async flush() {
      await Promise.all([attempts.flush(), lastUsed.flush()]);
    },
    async close() {
      gateway.overload.close();
      bodies.close();
      await gateway.committer.drained();
      gateway.committer.close();
      await Promise.all([attempts.close(), lastUsed.close(), gateway.admissions.close()]);
    },
  };
}

function createLimits(config: AppConfig): Pick<Gateway, 'addresses' | 'overload' | 'bodyMemory' | 'turns'> {
  const { addressRatePerS: ratePerS, addressBurst: burst, inFlightMax, loopLagMsMax } = config;
  return {
    addresses: createAddressBuckets({ ratePerS, burst, nowMs: () => performance.now() }),
    overload: createOverload({ inFlightMax, lagMsMax: loopLagMsMax }),
    bodyMemory: createBodyMemory(),
    turns: createTenantTurns(),
  };
}

function createKeys({ db, keyring, clock, log, metrics }: GatewayResources): Pick<Gateway, 'keys' | 'keyStore'> {
  const keyStore = createStoreWatch(() => db.query('select 1'));
  const keys = createKeyCache({
    now: clock,
    async load(keyId) {
      const row = await readKeyRow(db, keyId).catch((error: unknown) => {
        keyStore.failed();
        throw error;
      });
      keyStore.answered();
      return row && openKey(row, keyring);
    },
    onLookupFailed(keyId, error) {
      metrics.count('key_lookup_failures');
      // A flood must not become one of lines.
      if (!(error instanceof TooManyLookups)) log.warn({ keyId, err: error }, 'a key could not be looked up');
    },
  });
  return { keys, keyStore };
}

function noteBreaker({ log, metrics }: GatewayResources, store: string, isOpen: boolean) {
  if (isOpen) metrics.count('breaker_opened');
  log.warn({ store, isOpen }, isOpen ? 'a store is away: refusing at once' : 'a store is back');
}

function showGauges(metrics: GatewayMetrics, gateway: Gateway, attempts: AttemptLog) {
  metrics.gauge('in_flight', 'Requests at work', () => gateway.overload.inFlight());
  metrics.gauge('loop_lag_seconds', 'Smoothed lag of the event loop', () => gateway.overload.lagMs() / 1_000);
  metrics.gauge('commit_queue', 'Rows that wait for a batch', () => gateway.committer.waiting());
  metrics.gauge('attempt_queue', 'Rows that wait for the delivery log', () => attempts.waiting());
  metrics.gauge('body_bytes', 'Bytes of bodies in memory', () => gateway.bodyMemory.held());
  metrics.gauge('keys_cached', 'Keys in memory', () => gateway.keys.size());
  metrics.gauge('start_queue', 'Events that wait for a run', () => gateway.engine.status().queued);
}
