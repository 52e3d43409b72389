import { describe, expect, it } from 'vitest';
import { hashPassword, isPasswordHash, verifyPassword } from '#portal/auth/password';
import { parseEnvironment } from '#portal/server/environment';

const good = {
  DATABASE_URL: 'postgres://x',
  APP_ORIGIN: 'https://portal.example/',
  STAFF_SECRET_KEYS: `k1:${Buffer.alloc(32).toString('base64url')}`,
};
const oidc = {
  OIDC_ISSUER: 'https://id.example',
  OIDC_CLIENT_ID: 'tributary',
  OIDC_CLIENT_SECRET: 's',
  OIDC_GROUP_ROLES: '{"a":["provider"]}',
};
const member = { email: 'a@example.com', name: 'A', roles: ['provider'] };
const hash = 'scrypt$131072$8$1$c2FsdA$a2V5';

describe('the environment', () => {
  it('what is left out has a safe default', () => {
    expect(parseEnvironment(good)).toMatchObject({
      APP_ENV: 'production',
      APP_ORIGIN: 'https://portal.example',
      PROVIDER_STAFF: [],
    });
  });

  it.each([
    [{ ...good, DATABASE_URL: undefined }, 'DATABASE_URL'],
    [{ ...good, APP_ORIGIN: 'portal' }, 'APP_ORIGIN'],
    [{ ...good, APP_ENV: 'prod' }, 'APP_ENV'],
    [{ ...good, STAFF_SECRET_KEYS: undefined }, 'STAFF_SECRET_KEYS: is missing'],
    [{ ...good, STAFF_SECRET_KEYS: 'k1:short' }, 'STAFF_SECRET_KEYS: entry 1'],
    [{ ...good, REQUIRE_MFA: 'yes' }, 'REQUIRE_MFA'],
    [{ ...good, ...oidc, OIDC_CLIENT_SECRET: undefined }, 'OIDC_CLIENT_SECRET'],
    [{ ...good, OIDC_CLIENT_ID: 'tributary' }, 'OIDC_ISSUER: is missing'],
    [{ ...good, ...oidc, OIDC_ISSUER: 'http://id.example' }, 'OIDC_ISSUER: is not https'],
    [{ ...good, ...oidc, OIDC_GROUP_ROLES: undefined }, 'OIDC_GROUP_ROLES'],
    [{ ...good, ...oidc, OIDC_GROUP_ROLES: '{"a":["root"]}' }, 'OIDC_GROUP_ROLES'],
    [{ ...good, PROVIDER_STAFF: '{' }, 'PROVIDER_STAFF'],
    [
      { ...good, PROVIDER_STAFF: JSON.stringify([{ ...member, password: 'correct horse battery' }]) },
      'plain-text password',
    ],
    [
      {
        ...good,
        APP_ENV: 'development',
        PROVIDER_STAFF: JSON.stringify([{ ...member, password: 'correct horse battery' }]),
      },
      'plain-text password',
    ],
    [{ ...good, PROVIDER_STAFF: JSON.stringify([member]) }, 'missing'],
    [{ ...good, PROVIDER_STAFF: JSON.stringify([{ ...member, passwordHash: 'hunter2' }]) }, 'scrypt'],
    [
      { ...good, PROVIDER_STAFF: JSON.stringify([{ ...member, passwordHash: hash, roles: ['root'] }]) },
      'PROVIDER_STAFF',
    ],
    [
      {
        ...good,
        PROVIDER_STAFF: JSON.stringify([
          { ...member, passwordHash: hash },
          { ...member, email: 'A@example.com', passwordHash: hash },
        ]),
      },
      'twice',
    ],
  ])('refuses to start with %j', (variables, reason) => expect(() => parseEnvironment(variables)).toThrow(reason));

  it('plain text passes in tests only', () => {
    const staff = JSON.stringify([{ ...member, password: 'correct horse battery' }]);
    expect(parseEnvironment({ ...good, APP_ENV: 'test', PROVIDER_STAFF: staff }).PROVIDER_STAFF).toHaveLength(1);
  });
});

describe('passwords', () => {
  it('a password verifies against its own hash alone, and equal ones have different hashes', async () => {
    const [first, second] = await Promise.all([
      hashPassword('correct horse battery'),
      hashPassword('correct horse battery'),
    ]);
    expect(first).not.toBe(second);
    expect(first).toMatch(/^scrypt\$131072\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword('correct horse battery', first)).toBe(true);
    expect(await verifyPassword('correct horse batterx', first)).toBe(false);
    expect(await verifyPassword('', first)).toBe(false);
  });

  it.each([
    undefined,
    null,
    '',
    'plain',
    'scrypt$0$8$1$c2FsdA$a2V5',
    'scrypt$99999999$8$1$c2FsdA$a2V5',
    'scrypt$131072$8$1$c2FsdA',
  ])('%j verifies nothing', async (stored) => {
    expect(await verifyPassword('', stored)).toBe(false);
    expect(isPasswordHash(stored ?? '')).toBe(false);
  });

  it('an unknown account costs as much as a wrong password', async () => {
    const stored = await hashPassword('correct horse battery');
    // What the processor did, not how long it took beside others.
    const costOf = async (hashed: string | undefined) => {
      const before = process.cpuUsage();
      await verifyPassword('another password', hashed);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const [wrong, unknown] = [await costOf(stored), await costOf(undefined)];
    expect(unknown / wrong).toBeGreaterThan(0.5);
    expect(unknown / wrong).toBeLessThan(2);
  });
});
