import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey, deleteKey, disableKey, enableKey, KeyChangeRefused, rotateKey } from '#prisma/federation-keys';
import type { Keyring } from '#prisma/keyring';
import { listKeys } from '#prisma/list-federation-keys';
import { expectInvariants } from '../support/invariants.ts';
import { change, newTenant, openKeyBase, ring, type KeyBase } from './key-base.ts';

const hourMs = 3_600_000;

let base: KeyBase;

beforeAll(async () => {
  base = await openKeyBase();
});
afterAll(() => base.close());

describe('a new key', () => {
  test('control 5 28: has an unguessable id with the prefix of its environment and a secret of 32 random bytes', async () => {
    const keys = [];
    for (let made = 0; made < 20; made += 1) keys.push(await base.make());
    for (const { keyId, secret } of keys) {
      expect(keyId).toMatch(/^fk_dev_[A-Za-z0-9_-]{22}$/);
      expect(secret).toMatch(/^fsk_[A-Za-z0-9_-]{43}$/);
    }
    expect(new Set(keys.flatMap(({ keyId, secret }) => [keyId, secret])).size).toBe(40);
    const live = await createKey(base.db, ring, { tenantId: 'acme', environment: 'live', createdBy: 'cli' });
    expect(live.keyId).toMatch(/^fk_live_/);
  });

  test('makes its org once, and is listed with what it may do and never with its secret', async () => {
    const tenantId = newTenant();
    const given = {
      name: 'CI',
      scopes: ['usage'] as const,
      ratePerS: 5,
      burst: 9,
      refusesV1: true,
      expiresAt: Date.UTC(2030, 0, 1),
    };
    const first = await createKey(base.db, ring, { tenantId, ...given, createdBy: 'ada' });
    await createKey(base.db, ring, { tenantId, createdBy: 'cli' });
    const { rows } = await base.admin.query('select id from org where id = $1', [tenantId]);
    expect(rows).toEqual([{ id: tenantId }]);
    const listed = await listKeys(base.db, { tenantId });
    expect(listed).toHaveLength(2);
    expect(listed[1]).toMatchObject({
      keyId: first.keyId,
      tenantId,
      name: 'CI',
      scopes: ['usage'],
      state: 'active',
      ratePerS: 5,
      burst: 9,
      refusesV1: true,
      expiresAt: '2030-01-01T00:00:00.000Z',
      createdBy: 'ada',
      secrets: [{ version: 1, lastFour: first.secret.slice(-4), validUntil: null }],
    });
    expect(listed[0]).toMatchObject({
      scopes: ['events', 'usage'],
      ratePerS: 100,
      burst: 200,
      refusesV1: false,
      expiresAt: null,
    });
    expect(JSON.stringify(listed)).not.toContain(first.secret.slice(4, 20));
  });

  test.each([
    ['a tenant that is none', { tenantId: 'a b' }],
    ['the chain of the provider for a tenant', { tenantId: '_provider' }],
    ['no scope', { scopes: [] }],
    ['a rate of 0', { ratePerS: 0 }],
    ['a burst with a fraction', { burst: 1.5 }],
  ])('is refused with %s', async (_, wrong) => {
    await expect(createKey(base.db, ring, { tenantId: 'acme', createdBy: 'cli', ...wrong })).rejects.toThrow(
      KeyChangeRefused,
    );
  });
});

describe('a rotation', () => {
  test('leaves the secret before it valid for the overlap, and no older one', async () => {
    const { keyId, tenantId, secret: first } = await base.make();
    const before = Date.now();
    const { secret: second, previousValidUntil } = await rotateKey(base.db, ring, keyId, change);
    expect(Date.parse(previousValidUntil) - before).toBeGreaterThan(24 * hourMs - 60_000);
    expect(Date.parse(previousValidUntil) - before).toBeLessThan(24 * hourMs + 60_000);
    expect(await base.secretsOf(keyId, tenantId)).toEqual([
      { version: 1, secret: first, isCurrent: false },
      { version: 2, secret: second, isCurrent: true },
    ]);
    const { secret: third } = await rotateKey(base.db, ring, keyId, { ...change, overlapMs: hourMs });
    expect(await base.secretsOf(keyId, tenantId)).toEqual([
      { version: 2, secret: second, isCurrent: false },
      { version: 3, secret: third, isCurrent: true },
    ]);
    const [listed] = await listKeys(base.db, { tenantId });
    expect(Date.parse(listed?.secrets[0]?.validUntil ?? '') - Date.now()).toBeLessThanOrEqual(hourMs);
  });

  test('without an overlap ends the secret before it at once', async () => {
    const { keyId, tenantId } = await base.make();
    await rotateKey(base.db, ring, keyId, { ...change, overlapMs: 0 });
    const { rows } = await base.admin.query(
      'select valid_until <= now() as over from federation_secret where org_id = $1 and version = 1',
      [tenantId],
    );
    expect(rows).toEqual([{ over: true }]);
  });

  test('at the same time as others leaves one current secret and one before it', async () => {
    const { keyId, tenantId } = await base.make();
    const issued = await Promise.all(Array.from({ length: 8 }, () => rotateKey(base.db, ring, keyId, change)));
    const secrets = await base.secretsOf(keyId, tenantId);
    expect(secrets.map(({ version, isCurrent }) => [version, isCurrent])).toEqual([
      [8, false],
      [9, true],
    ]);
    expect(issued.map(({ secret }) => secret)).toContain(secrets[1]?.secret);
  });

  test.each([-1, 0.5, 31 * 24 * hourMs, Number.NaN])('with an overlap of %s ms is refused', async (overlapMs) => {
    const { keyId } = await base.make();
    await expect(rotateKey(base.db, ring, keyId, { ...change, overlapMs })).rejects.toThrow(KeyChangeRefused);
  });
});

describe('a key', () => {
  test('is disabled and enabled again, however often it is said', async () => {
    const { keyId, tenantId } = await base.make();
    for (const [act, state] of [
      [disableKey, 'disabled'],
      [disableKey, 'disabled'],
      [enableKey, 'active'],
      [enableKey, 'active'],
    ] as const) {
      await act(base.db, keyId, change);
      expect((await listKeys(base.db, { tenantId }))[0]?.state).toBe(state);
    }
    expect(await base.actionsOf(tenantId)).toEqual(['created', 'disabled', 'enabled']);
  });

  test('that is deleted has no secret any more and cannot come back', async () => {
    const { keyId, tenantId } = await base.make();
    await deleteKey(base.db, keyId, change);
    expect(await base.secretsOf(keyId, tenantId)).toEqual([]);
    expect(await listKeys(base.db, { tenantId })).toEqual([]);
    expect((await listKeys(base.db, { tenantId, deleted: true }))[0]).toMatchObject({ keyId, state: 'deleted' });
    for (const act of [
      rotateKey.bind(undefined, base.db, ring),
      disableKey.bind(undefined, base.db),
      enableKey.bind(undefined, base.db),
      deleteKey.bind(undefined, base.db),
    ]) {
      await expect(act(keyId, change)).rejects.toThrow('is deleted');
    }
  });

  test('that does not exist is named', async () => {
    await expect(disableKey(base.db, 'fk_dev_nobody', change)).rejects.toThrow('no key "fk_dev_nobody"');
  });

  test('past its expiry is listed as expired', async () => {
    const tenantId = newTenant();
    await createKey(base.db, ring, { tenantId, expiresAt: Date.now() - 1_000, createdBy: 'cli' });
    expect((await listKeys(base.db, { tenantId }))[0]?.state).toBe('expired');
  });
});

describe('every change', () => {
  test('is in the audit chain of its org, by whom and of which key, and the chain is whole', async () => {
    const { keyId, tenantId, secret } = await base.make();
    await rotateKey(base.db, ring, keyId, change);
    await deleteKey(base.db, keyId, { changedBy: 'ada' });
    const { rows } = await base.admin.query<{ actor: string; action: string; subject: string; detail: object }>(
      'select actor, action, subject, detail from audit_log where org_id = $1 order by seq',
      [tenantId],
    );
    expect(rows.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ['cli', 'federation_key.created', `federation_key/${keyId}`],
      ['cli', 'federation_key.rotated', `federation_key/${keyId}`],
      ['ada', 'federation_key.deleted', `federation_key/${keyId}`],
    ]);
    expect(JSON.stringify(rows)).not.toContain(secret.slice(4));
    await expectInvariants(base.admin);
  });

  test('is told to the gateways after its commit, and holds when they cannot be told', async () => {
    const { keyId, tenantId } = await base.make();
    const told: [string, string, string | undefined][] = [];
    const channel = {
      async publish(name: string, message: string) {
        told.push([name, message, (await listKeys(base.db, { tenantId }))[0]?.state]);
        throw new Error('Redis is away');
      },
    };
    await disableKey(base.db, keyId, { ...change, channel });
    await enableKey(base.db, keyId, { ...change, channel });
    expect(told).toEqual([
      ['federation-keys', keyId, 'disabled'],
      ['federation-keys', keyId, 'active'],
    ]);
  });

  test('is undone whole when it fails on the way', async () => {
    const { keyId, tenantId } = await base.make();
    const broken: Keyring = { writes: 'gone', keys: new Map() };
    await expect(rotateKey(base.db, broken, keyId, change)).rejects.toThrow('holds no key "gone"');
    expect((await base.secretsOf(keyId, tenantId)).map(({ version, isCurrent }) => [version, isCurrent])).toEqual([
      [1, true],
    ]);
    expect(await base.actionsOf(tenantId)).toEqual(['created']);
  });
});
