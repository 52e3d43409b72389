import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectRedis } from '#gateway/redis/connect';
import { services } from '../support/services.ts';
import { openProxy, type Proxy } from './harness/proxy.ts';

let proxy: Proxy;
let redis: Redis;
let closed: number;

beforeEach(async () => {
  proxy = await openProxy(services().redisUrl);
  redis = connectRedis(proxy.url, () => undefined);
  await once(redis, 'ready');
  closed = 0;
  redis.on('close', () => closed++);
});

afterEach(async () => {
  redis.disconnect();
  await proxy.close();
});

test('R7: a connection through which no answer comes is replaced within two seconds, and Redis is there again', async () => {
  proxy.hold();
  await expect(redis.ping()).rejects.toThrow();
  await expect.poll(() => closed, { timeout: 2_000 }).toBe(1);
  proxy.pass();
  await expect.poll(() => redis.status, { timeout: 3_000 }).toBe('ready');
  expect(await redis.ping()).toBe('PONG');
});

test('a process that stood still for two seconds does not take Redis for gone', async () => {
  const asked = redis.ping().catch(() => 'too late');
  const until = performance.now() + 2_000;
  while (performance.now() < until);
  await asked;
  await sleep(300);
  expect(closed).toBe(0);
  expect(await redis.ping()).toBe('PONG');
});

test('a connection on which nothing is due may be silent', async () => {
  await sleep(1_500);
  expect(closed).toBe(0);
});
