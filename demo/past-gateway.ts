import { once } from 'node:events';
import { pino } from 'pino';
import { createApp } from '#gateway/app';
import { createMetrics } from '#gateway/metrics';
import { connectRedis } from '#gateway/redis/connect';
import { createGatewayServer } from '#gateway/server';
import type { Keyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { createEventEngine } from '#temporal/engine';
import { readEngineEnv } from '#temporal/env';
import { createApplyPools } from '#temporal/worker';
import type { DemoSystem } from './system.ts';

/** A gateway of its own, the same but for its clock: what it accepts was received on the day of the story. */
export interface PastGateway {
  readonly url: string;
  close(): Promise<void>;
}

const readyTimeoutMs = 10_000;

export async function openPastGateway(system: DemoSystem, ring: Keyring, clock: () => number): Promise<PastGateway> {
  const log = pino({ level: 'error' }, process.stderr);
  const db = createPool({ url: system.databaseUrl, role: 'gateway', max: 8, applicationName: 'demo-accept' });
  const sweeps = createPool({ url: system.databaseUrl, role: 'gateway', max: 2, applicationName: 'demo-sweeper' });
  const apply = createApplyPools(system.databaseUrl, 'demo-apply');
  const redis = connectRedis(system.redisUrl, () => undefined);
  const env = readEngineEnv({ ...process.env, TEMPORAL_ADDRESS: system.temporalAddress, EVENT_WORKER: 'off' });
  const engine = createEventEngine({ env, db: { ...apply, gateway: sweeps }, log });
  const app = createApp({
    db,
    redis,
    engine,
    keyring: ring,
    clock,
    log,
    metrics: createMetrics(),
    config: { ...limits, publicBaseUrl: 'http://127.0.0.1', trustedProxies: undefined },
  });
  const server = createGatewayServer(app, {
    keepAliveTimeoutMs: 65_000,
    connectionsMax: 100,
    trustedProxies: undefined,
  });
  server.listen(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), untilConnected(redis, engine)]);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await engine.close();
      await app.close();
      redis.disconnect();
      await Promise.all([db, sweeps, apply.apply, apply.applyPatiently].map((pool) => pool.end()));
    },
  };
}

/** Nobody else sends to it, and it shares its process with who does. */
const limits = { inFlightMax: 512, loopLagMsMax: 60_000, addressRatePerS: 1_000_000, addressBurst: 1_000_000 };

async function untilConnected(redis: ReturnType<typeof connectRedis>, engine: { status(): { connected: boolean } }) {
  const deadline = Date.now() + readyTimeoutMs;
  while (redis.status !== 'ready' || !engine.status().connected) {
    if (Date.now() > deadline) throw new Error('Redis or Temporal does not answer');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
