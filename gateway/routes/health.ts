import type { Hono } from 'hono';
import { jsonAnswer } from '../answers/plain.ts';
import type { Env } from '../context.ts';
import type { Gateway } from '../gateway.ts';
import type { Readiness } from '../readiness.ts';
import { mountUnsigned } from './unsigned.ts';

/**
 * `/healthz` asks no store: the process and its event loop only. `/readyz` fails without Postgres or the schema; Redis and
 * the engine are shown and do not fail it, since every instance would go at once and the balancer's 503 is not ours.
 */
export function mountHealth(app: Hono<Env>, gateway: Gateway, readiness: () => Promise<Readiness>): void {
  mountUnsigned(app, gateway, '/healthz', () => jsonAnswer(gateway, 200, { ok: true }));
  mountUnsigned(app, gateway, '/readyz', async () => {
    const { ok: isReady, ...stores } = await readiness();
    const isStopping = gateway.stop.isStopping();
    const isLagging = gateway.overload.isLagging();
    const ok = isReady && !isStopping && !isLagging;
    const redis = gateway.admissions.isAway() ? 'away' : 'up';
    const engine = gateway.engine.status().connected ? 'connected' : 'away';
    const process = isStopping ? 'stopping' : isLagging ? 'lagging' : 'running';
    return jsonAnswer(gateway, ok ? 200 : 503, { ok, process, ...stores, redis, engine });
  });
}
