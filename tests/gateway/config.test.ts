import { describe, expect, test } from 'vitest';
import { durabilityFinding, redisFinding, settingsFindings } from '#gateway/boot-checks';
import { readConfig } from '#gateway/config';
import { leaseMs, nonceTtlMs } from '#gateway/redis/admit';
import { connectRedis } from '#gateway/redis/connect';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { createDatabase } from '../support/database.ts';
import { services } from '../support/services.ts';

const env = {
  DATABASE_URL: 'postgres://user:hunter2@db/x',
  REDIS_URL: 'redis://redis/0',
  KEY_ENCRYPTION_KEYS: 'k:secret-material',
  TRUSTED_PROXIES: '10.0.0.0/8, ::1',
};

describe('the environment', () => {
  test('has defaults for all but the stores and the ring', () => {
    const config = readConfig(env);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 4_000,
      publicBaseUrl: 'http://127.0.0.1:4000',
      connectionsMax: 4_000,
      isProduction: false,
    });
    expect(config.trustedProxies?.check('10.9.9.9')).toBe(true);
    expect(config.trustedProxies?.check('11.9.9.9')).toBe(false);
  });

  test.each([
    [{ ...env, DATABASE_URL: '' }, 'DATABASE_URL'],
    [{ ...env, REDIS_URL: undefined }, 'REDIS_URL'],
    [{ ...env, KEY_ENCRYPTION_KEYS: undefined }, 'KEY_ENCRYPTION_KEYS'],
    [{ ...env, GATEWAY_PORT: 'abc' }, 'GATEWAY_PORT'],
    [{ ...env, GATEWAY_PORT: '70000' }, 'GATEWAY_PORT'],
    [{ ...env, PUBLIC_BASE_URL: 'ftp://x' }, 'PUBLIC_BASE_URL'],
    [{ ...env, TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES'],
    [{ ...env, TRUSTED_PROXIES: 'proxy.local' }, 'TRUSTED_PROXIES'],
    [{ ...env, ADDRESS_BURST: '0' }, 'ADDRESS_BURST'],
  ])('names what is wrong and never its value', (wrong, name) => {
    let message = '';
    try {
      readConfig(wrong);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(name);
    for (const value of ['hunter2', 'secret-material', 'abc', '70000', 'ftp', '33', 'proxy.local'])
      expect(message).not.toContain(value);
  });
});

describe('what must not serve in production', () => {
  test("is found: proxies not said, a keep-alive shorter than the balancer's", () => {
    expect(settingsFindings(readConfig(env))).toEqual([]);
    expect(settingsFindings(readConfig({ ...env, TRUSTED_PROXIES: 'none' }))).toEqual([]);
    expect(settingsFindings(readConfig({ ...env, TRUSTED_PROXIES: undefined }))).toHaveLength(1);
    expect(settingsFindings(readConfig({ ...env, KEEP_ALIVE_TIMEOUT_MS: '60000' }))).toHaveLength(1);
  });

  test('a nonce outlives its timestamp, a hold outlives its request', () => {
    expect(nonceTtlMs).toBeGreaterThanOrEqual(600_000);
    expect(leaseMs).toBeGreaterThanOrEqual(10_000 + 5_000);
  });

  test.each(['', 'k', 'k:', 'k:AAAA', `k:${Buffer.alloc(31).toString('base64url')}`])(
    'the ring "%s" is none',
    (text) => {
      expect(() => parseKeyring(text)).toThrow('KEY_ENCRYPTION_KEYS');
    },
  );

  test('timeouts that do not nest are none', () => {
    const pool = { url: 'postgres://x', role: 'gateway', max: 1, applicationName: 'x' } as const;
    expect(() => createPool({ ...pool, statementTimeoutMs: 2_000, queryTimeoutMs: 2_000 })).toThrow('nest');
  });

  test('a Postgres that confirms what is not on disk', async () => {
    const database = await createDatabase();
    const db = createPool({ url: database.url, role: 'gateway', max: 1, applicationName: 'test-durability' });
    await db.query('set synchronous_commit = on');
    expect(await durabilityFinding(db)).toBeUndefined();
    await db.query('set synchronous_commit = off');
    expect(await durabilityFinding(db)).toContain('synchronous_commit off');
    await db.end();
    await database.drop();
  });

  test('tA6: a Redis that evicts', async () => {
    const redis = connectRedis(services().redisUrl, () => undefined);
    await new Promise((resolve) => redis.once('ready', resolve));
    expect(await redisFinding(redis)).toBeUndefined();
    redis.disconnect();
    const evicting = { info: () => Promise.resolve('# Memory\r\nmaxmemory_policy:allkeys-lru\r\n') };
    expect(await redisFinding(evicting)).toContain('allkeys-lru');
  });
});
