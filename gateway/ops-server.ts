import { createServer, type Server } from 'node:http';
import type pg from 'pg';
import type { Redis } from 'ioredis';
import type { EventEngine } from '#temporal/engine';
import type { GatewayMetrics } from './metrics.ts';

export interface OpsResources {
  readonly db: pg.Pool;
  readonly redis: Redis;
  readonly engine: Pick<EventEngine, 'status' | 'metrics'>;
  readonly metrics: GatewayMetrics;
}

/** For operators, on a port of its own that is not published: how each dependency does, our metrics and the engine's. */
export function createOpsServer(resources: OpsResources): Server {
  return createServer((incoming, outgoing) => {
    answer(incoming.url ?? '', resources).then(
      ({ status, type, body }) => outgoing.writeHead(status, { 'content-type': type }).end(body),
      () => outgoing.writeHead(500).end(),
    );
  });
}

async function answer(url: string, { db, redis, engine, metrics }: OpsResources) {
  if (url === '/health/deep') {
    const [postgres, store] = await Promise.all([timed(() => db.query('select 1')), timed(() => redis.ping())]);
    const isWell = postgres.ok && store.ok;
    return {
      status: isWell ? 200 : 503,
      type: json,
      body: JSON.stringify({ postgres, redis: store, engine: engine.status() }),
    };
  }
  if (url === '/metrics') {
    const engineText = await engine.metrics().catch(() => '');
    return { status: 200, type: metrics.contentType, body: `${await metrics.text()}\n${engineText}` };
  }
  return { status: 404, type: json, body: '{}' };
}

const json = 'application/json';

async function timed(work: () => Promise<unknown>): Promise<{ readonly ok: boolean; readonly ms: number }> {
  const started = performance.now();
  const ok = await work().then(
    () => true,
    () => false,
  );
  return { ok, ms: Math.round((performance.now() - started) * 10) / 10 };
}
