import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyChannelName } from '#prisma/federation-keys';
import { keysList } from '#portal/services/provider/federation-keys-list';
import { getKey, listKeys, readKeyUse } from '#portal/services/provider/federation-keys.service';
import { issueKey, renewKey, restoreKey, revokeKey } from '#portal/services/provider/federation-keys-write.service';
import { services } from '#tests/support/services';
import type { Staff } from '#portal/auth/session';
import { openPortalBase, signedIn, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

let base: PortalBase;
let told: Redis;
const heard: string[] = [];
let developer: Staff;
const rotation = { overlapMs: 60_000, versionSeen: 1 };
const order = { name: 'CI', scopes: ['events'], expiresAt: undefined, ratePerS: 5, burst: 9 } as const;

beforeAll(async () => {
  base = await openPortalBase();
  developer = await signedIn(base.all, 'developer');
  process.env['KEY_ENCRYPTION_KEYS'] = `k1:${Buffer.alloc(32, 9).toString('base64url')}`;
  process.env['REDIS_URL'] = services().redisUrl;
  told = new Redis(services().redisUrl);
  told.on('message', (_channel, keyId) => void heard.push(keyId));
  await once(told, 'ready');
  await told.subscribe(keyChannelName);
});
afterAll(async () => {
  told.disconnect();
  await base.close();
});

test('E11, E12, E13: a secret is told by what makes it and by nothing that reads; gateways hear of each change', async () => {
  const issued = await issueKey(developer, { ...order, tenantId: 'acme' });
  const renewed = await renewKey(developer, { ...rotation, keyId: issued.keyId });
  expect(renewed).toMatchObject({ isTold: true, scopes: ['events'] });
  expect(await revokeKey(developer, issued.keyId, 'left on a train')).toEqual({ isTold: true });
  expect(await restoreKey(developer, issued.keyId, 'it was found')).toEqual({ isTold: true });
  await expect.poll(() => heard).toEqual([issued.keyId, issued.keyId, issued.keyId]);
  const list = await listKeys(developer, keysList.parse({}, { zone: 'UTC', now: Date.now() }));
  const detail = await getKey(developer, `acme:${issued.keyId}`);
  expect(detail).toMatchObject({ state: 'rotating', secrets: [{ version: 1 }, { version: 2 }] });
  expect(await readKeyUse(developer, issued.keyId)).toMatchObject({ accepted: { value: 0 }, old: { uses: 0 } });
  expect(list.rows[0]).toMatchObject({ scopes: ['events'], lastUsedAt: undefined, expiresAt: undefined });
  for (const secret of [issued.secret, renewed.secret])
    expect(JSON.stringify([list, detail])).not.toContain(secret.slice(4, 20));
});

test('a rotation that is told twice, or in two tabs at once, is made once: the secret that tenants sign with goes on', async () => {
  const { keyId } = await issueKey(developer, { ...order, tenantId: 'twice' });
  const told = await Promise.allSettled([1, 2].map(() => renewKey(developer, { ...rotation, keyId })));
  expect(told.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expect(renewKey(developer, { ...rotation, keyId })).rejects.toThrow('rotated meanwhile');
  expect(await getKey(developer, `twice:${keyId}`)).toMatchObject({ secrets: [{ version: 1 }, { version: 2 }] });
  expect((await readKeyUse(developer, keyId)).version).toBe(2);
});

test('what a key cannot be is refused with words, and makes nothing', async () => {
  const past = { ...order, tenantId: 'acme', expiresAt: Date.now() - 1 };
  await expect(issueKey(developer, past)).rejects.toThrow('has passed');
  await expect(issueKey(developer, { ...order, tenantId: '_provider' })).rejects.toThrow('the tenant must be');
  await expect(renewKey(developer, { ...rotation, keyId: 'fk_dev_nobody' })).rejects.toThrow('no key');
  const { rows } = await base.all.query('select count(*)::int as n from federation_key');
  expect(rows).toEqual([{ n: 2 }]);
});

test('whoever may not write Federation changes and reads no key', async () => {
  const accountant = staffOf('accountant');
  const attempts = [
    issueKey(accountant, { ...order, tenantId: 'acme' }),
    renewKey(accountant, { ...rotation, keyId: 'fk_dev_x' }),
    revokeKey(accountant, 'fk_dev_x', 'x'),
    restoreKey(accountant, 'fk_dev_x', 'x'),
    readKeyUse(accountant, 'fk_dev_x'),
    getKey(accountant, 'acme:x'),
  ];
  for (const attempt of await Promise.allSettled(attempts))
    expect(attempt).toMatchObject({ status: 'rejected', reason: { name: 'AccessDenied' } });
});
