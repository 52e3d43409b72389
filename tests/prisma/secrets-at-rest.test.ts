import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rotateKey } from '#prisma/federation-keys';
import { openSecret, parseKeyring } from '#prisma/keyring';
import { rewrapSecrets } from '#prisma/rewrap-secrets';
import { expectInvariants } from '../support/invariants.ts';
import { change, entry, newEntry, openKeyBase, ring, type KeyBase } from './key-base.ts';

let base: KeyBase;

beforeAll(async () => {
  base = await openKeyBase();
});
afterAll(() => base.close());

describe('secrets at rest', () => {
  test('do not open in the row of another tenant or version', async () => {
    const [mine, other] = [await base.make(), await base.make()];
    await rotateKey(base.db, ring, mine.keyId, change);
    const [first, second] = await base.sealedOf(mine.keyId);
    const [foreign] = await base.sealedOf(other.keyId);
    if (!first || !second || !foreign) throw new Error('a secret is missing');
    const name = { orgId: mine.tenantId, keyId: mine.keyId, version: 1 };
    expect(openSecret(ring, first, name)).toBe(mine.secret);
    for (const sealed of [second, foreign]) expect(() => openSecret(ring, sealed, name)).toThrow('does not open');
  });

  test('are nowhere in the database in the clear, nor are the keys that seal them', async () => {
    const { secret, keyId } = await base.make();
    const { secret: next } = await rotateKey(base.db, ring, keyId, change);
    const dump = await everyRow(base.admin);
    expect(dump).toContain(keyId);
    const [, kek = ''] = entry.split(':');
    for (const canary of [secret, next]) {
      const bytes = Buffer.from(canary);
      for (const form of [canary, canary.slice(4), bytes.toString('hex'), bytes.toString('base64')])
        expect(dump).not.toContain(form);
    }
    for (const form of [kek, Buffer.from(kek, 'base64url').toString('hex')]) expect(dump).not.toContain(form);
  });

  test('have IVs that are all different', async () => {
    for (let made = 0; made < 30; made += 1) await base.make();
    const { rows } = await base.admin.query(
      'select count(*)::int as all, count(distinct iv)::int as different from federation_secret',
    );
    expect(rows[0].all).toBeGreaterThan(30);
    expect(rows[0].different).toBe(rows[0].all);
  });
});

describe('wrapping anew', () => {
  test('moves every secret under the first key of the ring, and they stay what they are', async () => {
    const keys = [];
    for (let made = 0; made < 3; made += 1) keys.push(await base.make());
    const { secret } = await rotateKey(base.db, ring, keys[0]?.keyId ?? '', change);
    const newest = newEntry('k2');
    const both = parseKeyring(`${newest},${entry}`);
    const { rows } = await base.admin.query("select count(*)::int as n from federation_secret where kek_id = 'k1'");
    expect(await rewrapSecrets(base.db, both, 'cli')).toBe(rows[0].n);
    expect(await rewrapSecrets(base.db, both, 'cli')).toBe(0);
    const alone = parseKeyring(newest);
    for (const key of keys.slice(1))
      expect(await base.secretsOf(key.keyId, key.tenantId, alone)).toMatchObject([{ secret: key.secret }]);
    const [rotated] = keys;
    if (!rotated) throw new Error('no key');
    expect((await base.secretsOf(rotated.keyId, rotated.tenantId, alone)).map((one) => one.secret)).toEqual([
      rotated.secret,
      secret,
    ]);
    expect(await base.actionsOf(rotated.tenantId)).toEqual(['created', 'rotated', 'rewrapped']);
    await expectInvariants(base.admin);
    // Back, for the tests beside this one.
    await rewrapSecrets(base.db, parseKeyring(`${entry},${newest}`), 'cli');
  });

  test('beside rotations loses no secret', async () => {
    const { keyId, tenantId } = await base.make();
    const newest = newEntry('k3');
    const both = parseKeyring(`${newest},${entry}`);
    const rotations = Array.from({ length: 5 }, () => rotateKey(base.db, ring, keyId, change));
    await Promise.all([...rotations, rewrapSecrets(base.db, both, 'cli'), rewrapSecrets(base.db, both, 'cli')]);
    await rewrapSecrets(base.db, both, 'cli');
    const [issued, secrets] = [
      await Promise.all(rotations),
      await base.secretsOf(keyId, tenantId, parseKeyring(newest)),
    ];
    expect(secrets.map(({ version }) => version)).toEqual([5, 6]);
    for (const { secret } of secrets) expect(issued.map((one) => one.secret)).toContain(secret);
    await rewrapSecrets(base.db, parseKeyring(`${entry},${newest}`), 'cli');
  });

  test('stops at a secret whose key is not in the ring, and says which key that is', async () => {
    await base.make();
    await expect(rewrapSecrets(base.db, parseKeyring(newEntry('k9')), 'cli')).rejects.toThrow('holds no key "k1"');
  });
});

/** All that a dump would hold: every row of every table, as text. */
async function everyRow(admin: pg.Pool) {
  const { rows: tables } = await admin.query<{ name: string }>(
    "select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
  );
  let dump = '';
  for (const { name } of tables) {
    const { rows } = await admin.query<{ text: string | null }>(
      `select string_agg(t::text, E'\\n') as text from ${name} t`,
    );
    dump += rows[0]?.text ?? '';
  }
  return dump;
}
