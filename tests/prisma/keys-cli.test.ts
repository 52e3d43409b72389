import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSecrets } from '#deploy/stack/secrets';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { runCommand } from '../support/run-command.ts';
import { services } from '../support/services.ts';
import { newEntry } from './key-base.ts';

const ring = newEntry('k1');
let database: TestDatabase;
/** Empty, so that no stack of this machine is found. */
let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tributary-keys-'));
  env = { DATABASE_URL: database.url, KEY_ENCRYPTION_KEYS: ring };
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

describe('the command of keys', () => {
  test('makes a key and prints it once, as JSON and nothing else', async () => {
    const made = await keys(['create', '--tenant', 'acme']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const key: unknown = JSON.parse(made.stdout);
    expect(key).toEqual({
      keyId: expect.stringMatching(/^fk_dev_/),
      secret: expect.stringMatching(/^fsk_/),
      tenantId: 'acme',
    });
    const live = await keys(['create', '--tenant', 'acme'], { APP_ENV: 'production' });
    expect(JSON.parse(live.stdout).keyId).toMatch(/^fk_live_/);
  });

  test('takes every option, and lists what it made without its secret', async () => {
    const options = [
      '--name',
      'CI',
      '--scopes',
      'usage',
      '--rate',
      '5',
      '--burst',
      '9',
      '--expires',
      '2030-01-01T01:00:00+01:00',
      '--refuse-v1',
    ];
    const { secret } = JSON.parse((await keys(['create', '--tenant', 'options', ...options])).stdout);
    const { stdout } = await keys(['list', '--tenant', 'options']);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        name: 'CI',
        scopes: ['usage'],
        ratePerS: 5,
        burst: 9,
        refusesV1: true,
        expiresAt: '2030-01-01T00:00:00.000Z',
        createdBy: 'cli',
      },
    ]);
    expect(stdout).not.toContain(secret.slice(4, 20));
  });

  test('rotates, disables, enables, deletes and wraps anew', async () => {
    const { keyId } = JSON.parse((await keys(['create', '--tenant', 'life'])).stdout);
    const rotated = JSON.parse((await keys(['rotate', keyId, '--overlap', '90m'])).stdout);
    expect(rotated).toEqual({
      keyId,
      tenantId: 'life',
      secret: expect.stringMatching(/^fsk_/),
      previousValidUntil: expect.any(String),
    });
    expect(Math.abs(Date.parse(rotated.previousValidUntil) - Date.now() - 90 * 60_000)).toBeLessThan(60_000);
    for (const [verb, state] of [
      ['disable', 'disabled'],
      ['enable', 'active'],
      ['delete', 'deleted'],
    ] as const) {
      expect(JSON.parse((await keys([verb, keyId])).stdout)).toEqual({ keyId, state });
    }
    expect(JSON.parse((await keys(['list', '--tenant', 'life'])).stdout)).toEqual([]);
    expect(JSON.parse((await keys(['list', '--tenant', 'life', '--deleted'])).stdout)).toMatchObject([
      { keyId, state: 'deleted' },
    ]);
    const anew = await keys(['rewrap'], { KEY_ENCRYPTION_KEYS: `${newEntry('k2')},${ring}` });
    expect(JSON.parse(anew.stdout)).toEqual({ rewrapped: expect.any(Number), kekId: 'k2' });
    expect((await keys(['rotate', keyId])).stderr).toBe(`keys: the key ${keyId} is deleted\n`);
  });

  test('tells the gateways of a change, and says on stderr when it cannot', async () => {
    const { keyId } = JSON.parse((await keys(['create', '--tenant', 'told'])).stdout);
    const { redisUrl } = services();
    const listener = new Redis(redisUrl);
    const heard = new Promise((told) => listener.once('message', (_, message: string) => told(message)));
    await listener.subscribe('federation-keys');
    expect(await keys(['disable', keyId], { REDIS_URL: redisUrl })).toMatchObject({ code: 0, stderr: '' });
    expect(await heard).toBe(keyId);
    listener.disconnect();
    const away = await keys(['enable', keyId], { REDIS_URL: 'redis://127.0.0.1:1' });
    expect(JSON.parse(away.stdout)).toEqual({ keyId, state: 'active' });
    expect(away).toMatchObject({ code: 0, stderr: expect.stringContaining('Redis is away') });
  });

  test('is audited as cli', async () => {
    await keys(['create', '--tenant', 'audited']);
    const db = openAdmin(database.url, 1);
    const { rows } = await db
      .query("select actor_type, actor, action from audit_log where org_id = 'audited'")
      .finally(() => db.end());
    expect(rows).toEqual([{ actor_type: 'system', actor: 'cli', action: 'federation_key.created' }]);
  });

  test('finds the database, the ring and Redis of the stack that runs in its folder', async () => {
    const cwd = join(folder, 'project');
    await mkdir(join(cwd, '.data'), { recursive: true });
    const stack = { databaseUrl: database.url, redisUrl: services().redisUrl, pids: {} };
    await writeFile(join(cwd, '.data/stack.json'), JSON.stringify(stack));
    // Those of "npm start" itself, so that the two cannot drift apart.
    await loadSecrets(join(cwd, '.data/secrets.json'));
    const made = await runCommand(resolve('prisma/keys-cli.ts'), ['create', '--tenant', 'stack'], {}, { cwd });
    expect(JSON.parse(made.stdout)).toMatchObject({ tenantId: 'stack' });
  });
});

describe('the command of keys fails with one line', () => {
  test.each([
    ['a key that does not exist', ['disable', 'fk_dev_nobody'], {}, 'no key "fk_dev_nobody"'],
    ['a tenant that is none', ['create', '--tenant', 'a b'], {}, 'the tenant must be'],
    ['an overlap over its bound', ['rotate', 'fk_dev_nobody', '--overlap', '31d'], {}, 'the overlap must be'],
    ['no ring', ['list'], { KEY_ENCRYPTION_KEYS: '' }, 'no key-encryption keys'],
    ['a ring that is none', ['list'], { KEY_ENCRYPTION_KEYS: 'k1:secretive' }, 'KEY_ENCRYPTION_KEYS: entry 1'],
    ['no database', ['list'], { DATABASE_URL: '' }, 'no database'],
    ['a database that does not answer', ['list'], { DATABASE_URL: 'postgres://127.0.0.1:1/x' }, 'does not answer'],
  ])('for %s', async (_, args, changes, message) => {
    const { code, stdout, stderr } = await keys(args, changes);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^keys: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secretive');
  });

  test.each([
    ['no command', []],
    ['an unknown command', ['steal']],
    ['an unknown option', ['list', '--all']],
    ['no tenant', ['create']],
    ['no key id', ['rotate']],
    ['a key id that is none', ['disable', 'fk dot']],
    ['an argument too many', ['disable', 'fk_1', 'fk_2']],
    ['an unknown scope', ['create', '--tenant', 'acme', '--scopes', 'events,all']],
    ['a rate that is no number', ['create', '--tenant', 'acme', '--rate', 'fast']],
    ['an expiry without a zone', ['create', '--tenant', 'acme', '--expires', '2030-01-01T00:00:00']],
    ['an overlap without a unit', ['rotate', 'fk_1', '--overlap', '24']],
  ])('and how it is used, and touches nothing, for %s', async (_, args) => {
    const { code, stdout, stderr } = await keys(args, { DATABASE_URL: 'postgres://127.0.0.1:1/x' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^keys: .+\nusage: /);
  });
});

function keys(args: readonly string[], changes: Readonly<Record<string, string>> = {}) {
  return runCommand(resolve('prisma/keys-cli.ts'), args, { ...env, ...changes }, { cwd: folder });
}
