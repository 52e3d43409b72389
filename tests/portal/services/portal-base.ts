import { randomUUID, scryptSync } from 'node:crypto';
import type pg from 'pg';
import { createPool } from '#prisma/pool';
import { openAdmin } from '#tests/support/admin';
import { createDatabase } from '#tests/support/database';
import { makeMember, makeSession } from '#tests/support/members';
import { staffSecretKeys } from '../browser/staff.ts';
import type { StaffRole } from '#portal/auth/access';
import type { Staff } from '#portal/auth/session';

export interface PortalBase {
  readonly url: string;
  /** As the portal's role. */
  readonly portal: pg.Pool;
  /** As a superuser, who sees and may do all. */
  readonly all: pg.Pool;
  close(): Promise<void>;
}

/** A database of its own, which the portal's own modules of this process are told of too, and a clock that stands still. */
export async function openPortalBase(now?: number): Promise<PortalBase> {
  const database = await createDatabase();
  const { url } = database;
  const fixed = now === undefined ? {} : { FIXED_NOW: new Date(now).toISOString() };
  Object.assign(process.env, {
    DATABASE_URL: url,
    APP_ORIGIN: 'http://127.0.0.1:3000',
    APP_ENV: 'test',
    STAFF_SECRET_KEYS: staffSecretKeys,
    ...fixed,
  });
  const portal = createPool({ url, role: 'portal', max: 6, applicationName: 'portal tests' });
  const all = openAdmin(url, 3);
  return {
    url,
    portal,
    all,
    close: async () => {
      await Promise.all([
        portal.end(),
        all.end(),
        globalThis.portalDatabase?.pool.end(),
        globalThis.portalTotalsPool?.end(),
      ]);
      await database.drop();
    },
  };
}

export function staffOf(...roles: StaffRole[]): Staff {
  return {
    id: randomUUID(),
    sessionId: randomUUID(),
    email: `${roles.join('-')}@example.com`,
    name: 'Staff',
    roles,
    reauthAt: Date.now(),
    hasSecondFactor: false,
    mustEnrol: false,
  };
}

/** A member with a session of theirs, in whose name services write. */
export async function signedIn(db: pg.Pool, ...roles: StaffRole[]): Promise<Staff> {
  const told = staffOf(...roles);
  const email = `${told.id}@example.com`;
  const id = await makeMember(db, email, roles);
  return { ...told, id, email, sessionId: await makeSession(db, id) };
}

/** A stored hash that costs nearly nothing to compare with. */
export function cheapHash(password: string): string {
  const salt = Buffer.from('salt of the tests');
  const key = scryptSync(password, salt, 32, { N: 2, r: 1, p: 1 });
  return ['scrypt', 2, 1, 1, salt.toString('base64url'), key.toString('base64url')].join('$');
}
