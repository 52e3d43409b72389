import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey, deleteKey, disableKey, enableKey, rotateKey } from '#prisma/federation-keys';
import { createPool } from '#prisma/pool';
import { expectInvariants } from '../support/invariants.ts';
import { makeMember, makeSession } from '../support/members.ts';
import { newTenant, openKeyBase, ring, type KeyBase } from './key-base.ts';

let base: KeyBase;
let portal: pg.Pool;

let staff: { readonly changedBy: string; readonly sessionId: string; readonly reason: string };

beforeAll(async () => {
  base = await openKeyBase();
  const url = base.admin.options.connectionString ?? '';
  portal = createPool({ url, role: 'portal', max: 2, applicationName: 'test' });
  const email = 'dana@example.com';
  const sessionId = await makeSession(base.admin, await makeMember(base.admin, email));
  staff = { changedBy: email, sessionId, reason: 'left on a train' };
});
afterAll(async () => {
  await portal.end();
  await base.close();
});

const make = (tenantId = newTenant()) =>
  createKey(portal, ring, { tenantId, createdBy: staff.changedBy, sessionId: staff.sessionId });

test('the portal makes, rotates, disables and enables keys whose secrets the gateway can open', async () => {
  const { keyId, secret, tenantId } = await make();
  const second = await rotateKey(portal, ring, keyId, { ...staff, overlapMs: 60_000 });
  const third = await rotateKey(portal, ring, keyId, { ...staff, overlapMs: 60_000 });
  await disableKey(portal, keyId, staff);
  await enableKey(portal, keyId, staff);
  expect(await base.secretsOf(keyId, tenantId)).toEqual([
    { version: 2, secret: second.secret, isCurrent: false },
    { version: 3, secret: third.secret, isCurrent: true },
  ]);
  expect(await base.actionsOf(tenantId)).toEqual(['created', 'rotated', 'rotated', 'disabled', 'enabled']);
  const { rows } = await base.admin.query(
    "select distinct actor_type, actor, detail ->> 'reason' as reason from audit_log where org_id = $1 order by 3",
    [tenantId],
  );
  expect(rows).toEqual([
    { actor_type: 'staff', actor: staff.changedBy, reason: staff.reason },
    { actor_type: 'staff', actor: staff.changedBy, reason: null },
  ]);
  const { rows: all } = await base.admin.query('select detail::text as told from audit_log where org_id = $1', [
    tenantId,
  ]);
  for (const one of [secret, second.secret, third.secret]) expect(JSON.stringify(all)).not.toContain(one.slice(4));
  await expectInvariants(base.admin);
});

test('the portal can read no secret, not even sealed, and cannot take a key away for ever', async () => {
  const { keyId } = await make();
  const denied = { code: '42501' };
  for (const column of ['ciphertext', 'iv', 'tag', 'kek_id', '*'])
    await expect(portal.query(`select ${column} from federation_secret`)).rejects.toMatchObject(denied);
  await expect(portal.query('delete from federation_secret returning ciphertext')).rejects.toMatchObject(denied);
  await expect(portal.query('select * from load_federation_key($1)', [keyId])).rejects.toMatchObject(denied);
  await expect(deleteKey(portal, keyId, staff)).rejects.toMatchObject(denied);
  await expect(portal.query("update federation_key set scopes = '{usage}'")).rejects.toMatchObject(denied);
  // Outside of a transaction that speaks for the org, nothing of it can be changed.
  expect((await portal.query("update federation_key set state = 'disabled'")).rowCount).toBe(0);
  expect((await portal.query('delete from federation_secret')).rowCount).toBe(0);
});
