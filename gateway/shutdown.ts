import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayApp } from './app.ts';
import { closeUnused } from './server.ts';

const answersWithinMs = 8_000;
const idleCheckMs = 100;

/**
 * Stops taking requests and lets those under way end: readiness first, then no new connections, then whoever is still
 * connected after 8 s is cut off. What is committed stays; what was not answered is repeated by its sender.
 */
export async function stopServing(server: Server, { gateway }: GatewayApp, balancerIntervalMs: number): Promise<void> {
  gateway.stop.stop();
  if (balancerIntervalMs > 0) await sleep(balancerIntervalMs);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => {
    server.closeIdleConnections();
    closeUnused(server);
  }, idleCheckMs);
  const force = setTimeout(() => server.closeAllConnections(), answersWithinMs);
  await closed;
  clearInterval(idle);
  clearTimeout(force);
}
