import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { staffRoles, type StaffRole } from '#domain/staff-rights';

/** A member of staff, by an e-mail. Returns their id. */
export async function makeMember(
  db: pg.Pool,
  email: string,
  roles: readonly StaffRole[] = staffRoles,
): Promise<string> {
  const id = randomUUID();
  await db.query('insert into staff_member (id, email, name, roles) values ($1, $2, $2, $3)', [id, email, roles]);
  return id;
}

/** A session of theirs, as signing in opens it. Returns its id. */
export async function makeSession(db: pg.Pool, staffId: string): Promise<string> {
  const id = randomUUID();
  await db.query(
    `insert into staff_session (id, staff_id, token_sha256, idle_expires_at, expires_at)
     values ($1, $2, $3, now() + interval '30 minutes', now() + interval '12 hours')`,
    [id, staffId, randomBytes(32)],
  );
  return id;
}
