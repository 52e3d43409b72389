import { setTimeout as sleep } from 'node:timers/promises';
import { summarise, type LoadResult } from './closed-loop.ts';
import { openConnection, type Connection } from './connection.ts';

const inFlightMax = 1_000;

/**
 * Sends by a fixed schedule, whatever the answers do; each latency counts from the intended time.
 * @param request makes the n-th request, just before it is sent
 * @param warm so many of the first are sent and not timed: connections are opened by them, and keys read
 */
export async function openLoop(
  port: number,
  ratePerS: number,
  count: number,
  request: (n: number) => Buffer,
  warm = 0,
): Promise<LoadResult> {
  const idle: Connection[] = [];
  const statuses = new Map<number, number>();
  const latenciesMs: number[] = [];
  const inFlight = new Set<Promise<void>>();
  const started = performance.now();
  const fire = async (n: number, intended: number) => {
    const connection = idle.pop() ?? (await openConnection(port));
    const { status } = await connection.exchange(request(n));
    idle.push(connection);
    if (n >= warm) latenciesMs.push(performance.now() - intended);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  for (let n = 0; n < count; n++) {
    const intended = started + (n * 1_000) / ratePerS;
    const ahead = intended - performance.now();
    if (ahead > 0) await sleep(ahead);
    if (inFlight.size >= inFlightMax) throw new Error(`over ${inFlightMax} requests in flight: the run is void`);
    const one = fire(n, intended).finally(() => inFlight.delete(one));
    inFlight.add(one);
  }
  await Promise.all(inFlight);
  idle.forEach((connection) => connection.close());
  return summarise(statuses, latenciesMs, performance.now() - started);
}
