import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { IssuedKey } from '#prisma/federation-keys';
import { services } from '../support/services.ts';
import { openProxy, type Proxy } from './harness/proxy.ts';
import { draft, eventsPath, send } from './harness/signed.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';
import { rawExchange } from './harness/wire.ts';

const floodMs = process.env['LONG'] ? 30_000 : 3_000;
const ceilingMs = 2_000;
const places = 10;
/** Makes the places the ceiling, whatever else the machine has to do. */
const storeMs = 200;
let way: Proxy;
let gateway: TestGateway;
let key: IssuedKey;
const accepted: string[] = [];
const refusals: unknown[] = [];

beforeAll(async () => {
  way = await openProxy(services().databaseUrl);
  gateway = await startGateway({ databaseUrl: way.url, config: { inFlightMax: places } });
  key = await gateway.makeKey({ ratePerS: 10_000, burst: 10_000 });
});

afterAll(async () => {
  await gateway.close();
  await way.close();
});

async function ask(): Promise<boolean> {
  const request = draft(key);
  const { status, headers } = await send(gateway, request);
  if (status === 200) accepted.push(request.idempotencyKey);
  else refusals.push({ status, retryAfter: Number(headers['retry-after']) });
  return status === 200;
}

/** As many at once as there are places, each after the other. */
async function measureCeiling(): Promise<number> {
  const started = performance.now();
  const one = async (): Promise<number> =>
    performance.now() - started < ceilingMs ? Number(await ask()) + (await one()) : 0;
  const counts = await Promise.all(Array.from({ length: places }, one));
  return (counts.reduce((sum, count) => sum + count, 0) * 1_000) / (performance.now() - started);
}

/** At fixed times, whatever comes back. */
async function askAtRate(perS: number, ms: number) {
  const started = performance.now();
  const asked: Promise<boolean>[] = [];
  for (let at = 0; at < ms; at += 1_000 / perS) {
    await sleep(Math.max(0, started + at - performance.now()));
    asked.push(ask());
  }
  const taken = (await Promise.all(asked)).filter(Boolean).length;
  return { acceptedPerS: (taken * 1_000) / (performance.now() - started), refused: asked.length - taken };
}

test(
  'G9: asked for three times its ceiling a gateway refuses before it reads, by 503 with Retry-After, accepts four fifths of its ceiling, tells its health, and takes all that is usual right after',
  async () => {
    await ask();
    way.slow(storeMs);
    const ceiling = await measureCeiling();
    const flood = askAtRate(3 * ceiling, floodMs);
    await sleep(floodMs / 3);
    const head = (line: string) =>
      rawExchange(gateway.port, `${line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    await expect.poll(() => head(`POST ${eventsPath}`)).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: [1-5]\r/i);
    expect(await head('GET /healthz')).toMatch(/ 200 /);
    expect((await flood).acceptedPerS).toBeGreaterThanOrEqual(0.8 * ceiling);
    expect(refusals.length).toBeGreaterThan(accepted.length / 3);
    for (const refusal of refusals)
      expect(refusal).toEqual({ status: 503, retryAfter: expect.toBeOneOf([1, 2, 3, 4, 5]) });
    const usual = async () => (await askAtRate(ceiling / 3, 500)).refused;
    await expect.poll(usual, { timeout: 5_000 }).toBe(0);
    const { rows } = await gateway.admin.query<{ key: string }>('select idempotency_key as key from event');
    expect(rows.map((row) => row.key).toSorted()).toEqual(accepted.toSorted());
    expect(gateway.app.gateway.overload.inFlight()).toBe(0);
  },
  30_000 + 2 * floodMs,
);

test('G10: a gateway whose event loop stands still for two seconds is not ready until it runs again, and has all that it accepted', async () => {
  const standing = await startGateway({ config: { loopLagMsMax: 100 } });
  const own = await standing.makeKey();
  const ready = async () => {
    const answer = await fetch(`http://127.0.0.1:${standing.port}/readyz`);
    return [answer.status, z.object({ process: z.string() }).parse(await answer.json()).process];
  };
  await expect.poll(ready).toEqual([200, 'running']);
  const requests = Array.from({ length: 20 }, () => draft(own));
  const answering = requests.map((request) => send(standing, request));
  await sleep(5);
  for (const until = performance.now() + 2_000; performance.now() < until;) Math.sqrt(2);
  await expect.poll(ready, { interval: 10 }).toEqual([503, 'lagging']);
  const statuses = (await Promise.all(answering)).map(({ status }) => status);
  const { rows } = await standing.admin.query<{ key: string }>('select idempotency_key as key from event');
  const stored = new Set(rows.map((row) => row.key));
  expect(requests.map(({ idempotencyKey }) => (stored.has(idempotencyKey) ? 200 : 503))).toEqual(statuses);
  await expect.poll(ready).toEqual([200, 'running']);
  expect((await send(standing, draft(own))).status).toBe(200);
  await standing.close();
});
