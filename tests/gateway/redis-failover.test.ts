import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '#deploy/services/ports';
import { prepareRedis } from '#deploy/services/redis';
import { startService, type Service } from '#deploy/services/service';
import { redisFinding } from '#gateway/boot-checks';
import { followKeyChanges } from '#gateway/keys/key-changes';
import { connectSubscriber } from '#gateway/redis/connect';
import { openProxy, type Proxy } from './harness/proxy.ts';
import { draft, makeNonce, send } from './harness/signed.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';

const servedAgainMs = 10_000;

let folder: string;
let services: Service[];
let proxy: Proxy;
let gateway: TestGateway;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-failover-'));
  services = [];
  const first = await startRedis('first');
  proxy = await openProxy(first);
  gateway = await startGateway({ redisUrl: proxy.url });
  await expect.poll(() => gateway.app.gateway.admissions.isAway()).toBe(false);
});

afterEach(async () => {
  await gateway.close();
  await proxy.close();
  await Promise.all(services.map((service) => service.stop()));
  await rm(folder, { recursive: true });
});

async function startRedis(name: string, password = ''): Promise<string> {
  const prepared = await prepareRedis({
    folder: join(folder, name),
    cacheFolder: resolve('.cache'),
    port: await freePort(),
    password,
    logFile: join(folder, `${name}.log`),
    say: () => undefined,
  });
  services.push(await startService(prepared));
  return prepared.address;
}

async function order(url: string, command: string, ...words: readonly string[]) {
  const redis = new Redis(url);
  await redis.call(command, ...words);
  redis.disconnect();
}

test('R6: a primary that becomes a replica is left for the one that took its place, though nobody cut the connection', async () => {
  const [first = ''] = services.map(({ address }) => address);
  const second = await startRedis('second');
  const key = await gateway.makeKey();
  const request = draft(key);
  const { body: told } = await send(gateway, request);
  await order(first, 'replicaof', '127.0.0.1', new URL(second).port);
  proxy.lead(second);
  const refused = await send(gateway, draft(key));
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(refused.headers['retry-after']).toMatch(/^[1-5]$/);
  await expect.poll(async () => (await send(gateway, draft(key))).status, { timeout: servedAgainMs }).toBe(200);
  // The new one never heard of the first request; its row is found all the same.
  const again = await send(gateway, { ...request, nonce: makeNonce() });
  expect(again).toMatchObject({ status: 200, body: { id: told['id'] } });
  expect(again.headers['idempotency-replayed']).toBe('true');
});

test('R4 tR14: a full Redis refuses with 503 and Retry-After, forgets nothing, and a replay is refused before, meanwhile and after', async () => {
  const [url = ''] = services.map(({ address }) => address);
  const key = await gateway.makeKey();
  const request = draft(key);
  expect((await send(gateway, request)).status).toBe(200);
  const replayed = { status: 409, body: { code: 'nonce_replayed' } };
  expect(await send(gateway, request)).toMatchObject(replayed);
  const redis = new Redis(url);
  const names = async () => (await redis.keys('*')).filter((name) => !name.startsWith('filler')).toSorted();
  const before = await names();
  // As nonces are: with a time to live, so that whoever may evict such would.
  for (let index = 0; (await usedBytes(redis)) < 3_300_000; index++)
    await redis.set(`filler:${index}`, 'x'.repeat(50_000), 'EX', 600);
  await order(url, 'config', 'set', 'maxmemory', '3mb');
  for (let asked = 0; asked < 3; asked++) {
    const refused = await send(gateway, draft(key));
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(refused.headers['retry-after']).toMatch(/^[1-5]$/);
  }
  expect((await send(gateway, request)).status).toBeGreaterThanOrEqual(409);
  expect(gateway.engine.driven).toHaveLength(1);
  const { rows } = await gateway.admin.query('select from event');
  expect(rows).toHaveLength(1);
  expect(await redis.info('stats')).toContain('evicted_keys:0');
  expect(await names()).toEqual(expect.arrayContaining(before));
  await order(url, 'config', 'set', 'maxmemory', '512mb');
  redis.disconnect();
  await expect.poll(async () => (await send(gateway, draft(key))).status, { timeout: servedAgainMs }).toBe(200);
  expect(await send(gateway, request)).toMatchObject(replayed);
});

async function usedBytes(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
}

test('control 30: what a gateway may ask of the Redis of a stack is all that it asks', async () => {
  const url = await startRedis('guarded', 'secret');
  const guarded = await startGateway({ redisUrl: url });
  const subscriber = connectSubscriber(url, () => undefined);
  followKeyChanges(subscriber, guarded.app.gateway.keys);
  await expect.poll(() => guarded.app.gateway.admissions.isAway()).toBe(false);
  expect(await redisFinding(guarded.redis)).toBeUndefined();
  const key = await guarded.makeKey();
  const request = draft(key);
  expect(await send(guarded, request)).toMatchObject({ status: 200 });
  expect(await send(guarded, request)).toMatchObject({ status: 409, body: { code: 'nonce_replayed' } });
  const again = await send(guarded, { ...request, nonce: makeNonce() });
  expect(again.headers['idempotency-replayed']).toBe('true');
  const refused = draft(key, { body: '{' });
  expect(await send(guarded, refused)).toMatchObject({ status: 400 });
  expect(await send(guarded, draft(key, { idempotencyKey: refused.idempotencyKey }))).toMatchObject({ status: 200 });
  await order(url, 'publish', 'federation-keys', key.keyId);
  await expect.poll(() => guarded.app.gateway.keys.size()).toBe(0);
  subscriber.disconnect();
  await guarded.close();
});
