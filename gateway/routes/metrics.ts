import type { Hono } from 'hono';
import { plainAnswer } from '../answers/plain.ts';
import type { Env } from '../context.ts';
import type { Gateway } from '../gateway.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { mountUnsigned } from './unsigned.ts';

/** By route and code: no series names a tenant or a key. */
export function mountMetrics(app: Hono<Env>, gateway: Gateway, metrics: GatewayMetrics): void {
  mountUnsigned(app, gateway, '/metrics', async () =>
    plainAnswer(gateway, 200, metrics.contentType, await metrics.text()),
  );
}
