import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connectRedis, readyOrAway } from '#gateway/redis/connect';
import { createKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { services } from '../support/services.ts';
import { launchGateway } from './harness/launch-gateway.ts';
import { openProxy } from './harness/proxy.ts';
import { draft, send } from './harness/signed.ts';
import { keyEncryptionKeys, makeTenantId } from './harness/test-gateway.ts';
import type { Answer } from './harness/wire.ts';

const greetingMs = 400;

async function openRedisProxy() {
  const proxy = await openProxy(services().redisUrl);
  onTestFinished(() => proxy.close());
  return proxy;
}

test('a gateway that has just started takes the first request, also where Redis is slow to greet', async () => {
  const proxy = await openRedisProxy();
  proxy.hold();
  const gateway = await launchGateway({ redisUrl: proxy.url });
  const migrator = createPool({ url: gateway.databaseUrl, role: 'migrator', max: 1, applicationName: 'test-keys' });
  const keyring = parseKeyring(keyEncryptionKeys);
  const key = await createKey(migrator, keyring, { tenantId: makeTenantId(), createdBy: 'test' });
  await migrator.end();
  await expect.poll(() => proxy.connections(), { interval: 10 }).toBeGreaterThan(0);
  const greeted = sleep(greetingMs).then(() => proxy.pass());
  const answer = (): Promise<Answer> => send(gateway, draft(key)).catch(() => sleep(5).then(answer));
  expect((await answer()).status).toBe(200);
  await greeted;
}, 60_000);

test('in production a gateway ends rather than take everybody for one proxy, and says so by its code', async () => {
  const gateway = await launchGateway({ env: { APP_ENV: 'production', TRUSTED_PROXIES: '' } });
  await expect.poll(() => gateway.process.exitCode).toBe(1);
}, 60_000);

test('a Redis that is away keeps a gateway from listening for a moment only', async () => {
  const proxy = await openRedisProxy();
  proxy.hold();
  const redis = connectRedis(proxy.url, () => undefined);
  onTestFinished(() => redis.disconnect());
  const waited = readyOrAway(redis).then(() => 'listens');
  expect(await Promise.race([waited, sleep(500, 'waits')])).toBe('waits');
  expect(await waited).toBe('listens');
  expect(redis.status).not.toBe('ready');
});
