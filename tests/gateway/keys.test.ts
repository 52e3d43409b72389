import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createKeyCache, KeyStoreAway, type KeyCache } from '#gateway/keys/key-cache';
import type { FederationKey } from '#gateway/keys/federation-key';
import { followKeyChanges } from '#gateway/keys/key-changes';
import { connectSubscriber } from '#gateway/redis/connect';
import { deleteKey, disableKey, enableKey, rotateKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { services } from '../support/services.ts';
import { openProxy } from './harness/proxy.ts';
import { draft, send } from './harness/signed.ts';
import { keyEncryptionKeys, startGateway, type TestGateway } from './harness/test-gateway.ts';

const key = (id: string): FederationKey => ({
  tenantId: 'acme',
  id,
  scopes: new Set(['events']),
  isDisabled: false,
  expiresAt: undefined,
  refusesV1: false,
  secrets: [],
  limit: { intervalUs: '1', toleranceUs: '1', policy: '' },
});

describe('keys in memory', () => {
  let now: number;
  let loads: string[];
  let store: (keyId: string) => Promise<FederationKey | undefined>;
  let cache: KeyCache;
  const failures: string[] = [];

  beforeEach(() => {
    now = 1_000_000;
    loads = [];
    store = (keyId) => Promise.resolve(keyId.startsWith('no') ? undefined : key(keyId));
    cache = createKeyCache({
      now: () => now,
      load(keyId) {
        loads.push(keyId);
        return store(keyId);
      },
      onLookupFailed: (keyId) => failures.push(keyId),
    });
  });

  test('are looked up once, however many ask', async () => {
    await Promise.all(Array.from({ length: 50 }, () => cache.get('a')));
    await cache.get('a');
    expect(loads).toEqual(['a']);
  });

  test('a look-up that failed is told to all who wait for it, and is made again', async () => {
    store = () => Promise.reject(new Error('away'));
    const asked = await Promise.allSettled([cache.get('a'), cache.get('a'), cache.get('a')]);
    for (const one of asked) expect(one).toMatchObject({ status: 'rejected', reason: { name: 'KeyStoreAway' } });
    store = (keyId) => Promise.resolve(key(keyId));
    expect((await cache.get('a'))?.id).toBe('a');
    expect(loads).toEqual(['a', 'a']);
  });

  test('that there is none is remembered for 5 s', async () => {
    expect(await cache.get('no')).toBeUndefined();
    now += 4_999;
    await cache.get('no');
    expect(loads).toHaveLength(1);
    now += 1;
    await cache.get('no');
    expect(loads).toHaveLength(2);
  });

  test('from 20 s on a key is looked up again while it still serves', async () => {
    await cache.get('a');
    now += 20_000;
    expect((await cache.get('a'))?.id).toBe('a');
    expect(loads).toHaveLength(2);
    await sleep(0);
    now += 19_999;
    await cache.get('a');
    expect(loads).toHaveLength(2);
  });

  test('past 30 s a key is never used: with the store away there is no answer', async () => {
    await cache.get('a');
    store = () => Promise.reject(new Error('away'));
    now += 25_000;
    expect((await cache.get('a'))?.id).toBe('a');
    now += 5_000;
    await expect(cache.get('a')).rejects.toBeInstanceOf(KeyStoreAway);
    expect(failures).toContain('a');
  });

  test('a clock that was set back makes a key unknown, not eternal', async () => {
    await cache.get('a');
    now -= 3_600_000;
    await cache.get('a');
    expect(loads).toHaveLength(2);
  });

  test('a change that is told while a look-up is under way is not undone by it', async () => {
    let answer: ((found: FederationKey | undefined) => void) | undefined;
    store = () => new Promise((resolve) => (answer = resolve));
    const before = cache.get('a');
    await sleep(1);
    cache.forget('a');
    answer?.(key('a'));
    await before;
    store = () => Promise.resolve(undefined);
    expect(await cache.get('a')).toBeUndefined();
  });

  test('are bounded, and so are the ids that are none', async () => {
    const quick = createKeyCache({ now: () => now, load: store, onLookupFailed: () => undefined });
    for (let count = 0; count < 30; count++) await quick.get(`a${count}`);
    expect(quick.size()).toBe(30);
    quick.forgetAll();
    expect(quick.size()).toBe(0);
  });
});

describe('changes of keys', () => {
  let gateway: TestGateway;
  let subscriber: ReturnType<typeof connectSubscriber>;
  let admin: ReturnType<typeof connectSubscriber>;

  beforeAll(async () => {
    gateway = await startGateway();
    subscriber = connectSubscriber(services().redisUrl, () => undefined);
    admin = connectSubscriber(services().redisUrl, () => undefined);
    followKeyChanges(subscriber, gateway.app.gateway.keys);
    await once(subscriber, 'ready');
    await sleep(100);
  });

  afterAll(async () => {
    subscriber.disconnect();
    admin.disconnect();
    await gateway.close();
  });

  test('hold at once when they are told: disabled, enabled, deleted', async () => {
    const mine = await gateway.makeKey();
    const change = { changedBy: 'test', channel: admin };
    const codeNow = async () => {
      await sleep(50);
      const { status, body } = await send(gateway, draft(mine));
      return body['code'] ?? status;
    };
    expect(await codeNow()).toBe(200);
    await disableKey(gateway.admin, mine.keyId, change);
    expect(await codeNow()).toBe('key_disabled');
    await enableKey(gateway.admin, mine.keyId, change);
    expect(await codeNow()).toBe(200);
    await deleteKey(gateway.admin, mine.keyId, change);
    expect(await codeNow()).toBe('signature_invalid');
  });

  test('are not missed while nobody listens: after a gap each key is looked up anew', async () => {
    const proxy = await openProxy(services().redisUrl);
    const deaf = await startGateway();
    const listener = connectSubscriber(proxy.url, () => undefined);
    followKeyChanges(listener, deaf.app.gateway.keys);
    await once(listener, 'ready');
    const mine = await deaf.makeKey();
    expect((await send(deaf, draft(mine))).status).toBe(200);
    await disableKey(deaf.admin, mine.keyId, { changedBy: 'test' });
    expect((await send(deaf, draft(mine))).status).toBe(200);
    const isBack = new Promise((resolve) => listener.once('ready', resolve));
    proxy.reset();
    await isBack;
    expect((await send(deaf, draft(mine))).body['code']).toBe('key_disabled');
    listener.disconnect();
    await deaf.close();
    await proxy.close();
  });

  test('control 59: hold within 30 s although nobody tells of them', async () => {
    let offset = 0;
    const alone = await startGateway({ clock: () => Date.now() + offset });
    const mine = await alone.makeKey();
    expect((await send(alone, draft(mine))).status).toBe(200);
    await disableKey(alone.admin, mine.keyId, { changedBy: 'test' });
    expect((await send(alone, draft(mine))).status).toBe(200);
    offset = 30_000;
    expect((await send(alone, draft(mine))).body['code']).toBe('key_disabled');
    await alone.close();
  });

  test('when a key was last used is written down', async () => {
    const own = await startGateway();
    const mine = await own.makeKey();
    await send(own, draft(mine));
    const unsigned = await own.makeKey();
    await send(own, draft(unsigned, { secret: 'fsk_wrong' }));
    await own.flush();
    const used = async (keyId: string) =>
      (await own.admin.query('select last_used_at from federation_key where id = $1', [keyId])).rows[0]?.last_used_at;
    expect(Date.now() - Number(await used(mine.keyId))).toBeLessThan(10_000);
    expect(await used(unsigned.keyId)).toBeNull();
    await own.close();
  });

  test('how often a secret still signs that was rotated away is counted, and the current one is not', async () => {
    const own = await startGateway();
    const old = await own.makeKey();
    const renewed = await rotateKey(own.admin, parseKeyring(keyEncryptionKeys), old.keyId, { changedBy: 'test' });
    for (const key of [old, old, renewed]) expect((await send(own, draft(key))).status).toBe(200);
    await own.flush();
    await send(own, draft(old));
    await own.flush();
    const { rows } = await own.admin.query(
      'select late_uses::integer as uses, late_used_at is not null as told from federation_secret where key_id = $1 order by version',
      [old.keyId],
    );
    expect(rows).toEqual([
      { uses: 3, told: true },
      { uses: 0, told: false },
    ]);
    await own.close();
  });
});
