import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { StaffRole } from './access.ts';
import { isStaffRole } from './access.ts';
import { hourMs, minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import { uuid7 } from './uuid7.ts';

export const idleMs = 30 * minuteMs;
export const absoluteMs = 12 * hourMs;
const touchEveryMs = minuteMs;
const tokenBytes = 32;
const userAgentMax = 256;

/** A member of staff whose session was verified in this request. Services take it first. */
export interface Staff {
  readonly id: string;
  readonly sessionId: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly StaffRole[];
}

/** The token goes to the browser once; the database holds its SHA-256 only. */
export async function openSession(
  db: pg.ClientBase,
  told: { readonly staffId: string; readonly address: string; readonly userAgent: string; readonly now: EpochMs },
): Promise<string> {
  const token = randomBytes(tokenBytes).toString('base64url');
  await db.query(
    `insert into staff_session (id, staff_id, token_sha256, created_at, last_seen_at, idle_expires_at, expires_at, ip, user_agent, reauth_at)
     values ($1, $2, $3, $4, $4, $5, $6, $7, $8, $4)`,
    [
      uuid7(told.now),
      told.staffId,
      sha256(token),
      new Date(told.now),
      new Date(told.now + idleMs),
      new Date(told.now + absoluteMs),
      told.address,
      told.userAgent.slice(0, userAgentMax),
    ],
  );
  return token;
}

/** Whose session the token is, as the rows say now: not revoked, not idle, not over, of a member that is not disabled. */
export async function readSession(db: pg.Pool, token: string, now: EpochMs): Promise<Staff | undefined> {
  const { rows } = await db.query({
    name: 'session',
    text: `select s.id as session_id, s.idle_expires_at, m.id, m.email, m.name, m.roles
      from staff_session s join staff_member m on m.id = s.staff_id
      where s.token_sha256 = $1 and s.revoked_at is null and s.idle_expires_at > $2 and s.expires_at > $2 and m.disabled_at is null`,
    values: [sha256(token), new Date(now)],
  });
  const row = rows[0];
  if (!row) return undefined;
  if (row.idle_expires_at.getTime() < now + idleMs - touchEveryMs) await touch(db, row.session_id, now);
  const roles: readonly string[] = row.roles;
  return { id: row.id, sessionId: row.session_id, email: row.email, name: row.name, roles: roles.filter(isStaffRole) };
}

export async function revokeSession(db: pg.ClientBase, sessionId: string, now: EpochMs): Promise<boolean> {
  const { rowCount } = await db.query('update staff_session set revoked_at = $2 where id = $1 and revoked_at is null', [
    sessionId,
    new Date(now),
  ]);
  return rowCount === 1;
}

async function touch(db: pg.Pool, sessionId: string, now: EpochMs) {
  await db.query(
    'update staff_session set last_seen_at = $2, idle_expires_at = least($3::timestamptz, expires_at) where id = $1 and revoked_at is null',
    [sessionId, new Date(now), new Date(now + idleMs)],
  );
}

function sha256(token: string) {
  return createHash('sha256').update(token).digest();
}
