import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { StaffRole } from './access.ts';
import { isStaffRole, needsTwoFactors } from './access.ts';
import { hourMs, minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import { uuid7 } from './uuid7.ts';

export const idleMs = 30 * minuteMs;
export const absoluteMs = 12 * hourMs;
/** How long a right password waits for the second step. */
const secondStepMs = 10 * minuteMs;
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
  /** When this session last proved who it is. */
  readonly reauthAt: EpochMs;
  readonly hasSecondFactor: boolean;
  /** Must add a second factor first: until then the roles count for nothing. */
  readonly mustEnrol: boolean;
}

/** A session whose first factor was right and whose second is still to come. It opens nothing but the second step. */
export type PendingSession = Pick<Staff, 'id' | 'sessionId' | 'email'>;

export interface NewSession {
  readonly staffId: string;
  readonly address: string;
  readonly userAgent: string;
  readonly now: EpochMs;
  /** The second factor is still to come. */
  readonly isPending?: boolean;
  /** Whether one factor was right, or all that the member has. */
  readonly authLevel?: 1 | 2;
  /** When the member proved who they are, where that was before. */
  readonly provedAt?: EpochMs | undefined;
  readonly idToken?: Buffer | undefined;
}

/** The token goes to the browser once; the database holds its SHA-256 only. */
export async function openSession(db: pg.ClientBase, told: NewSession): Promise<string> {
  const { staffId, address, userAgent, now, isPending = false, authLevel = 1, provedAt = now, idToken } = told;
  const token = newToken();
  const untilMs = isPending ? [secondStepMs, secondStepMs] : [idleMs, absoluteMs];
  const [idleAt, endsAt] = untilMs.map((ms) => new Date(now + ms));
  await db.query(
    `insert into staff_session (id, staff_id, token_sha256, auth_level, created_at, last_seen_at, idle_expires_at, expires_at, ip, user_agent,
       reauth_at, id_token_enc)
     values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $11, $10)`,
    [
      uuid7(now),
      staffId,
      sha256(token),
      authLevel,
      new Date(now),
      idleAt,
      endsAt,
      address,
      userAgent.slice(0, userAgentMax),
      idToken,
      new Date(Math.min(provedAt, now)),
    ],
  );
  return token;
}

// A session of one factor is whole as long as its member has no second one.
const hasSecondFactor =
  '(m.totp_secret_enc is not null or exists (select from staff_passkey p where p.staff_id = m.id))';
const isLive =
  's.token_sha256 = $1 and s.revoked_at is null and s.idle_expires_at > $2 and s.expires_at > $2 and m.disabled_at is null';

/** Whose session the token is, as the rows say now: not revoked, not idle, not over, whole, of a member that is not disabled. */
export async function readSession(
  db: pg.Pool,
  token: string,
  now: EpochMs,
  requiresSecondFactor = false,
): Promise<Staff | undefined> {
  const { rows } = await db.query({
    name: 'session',
    text: `select s.id as session_id, s.idle_expires_at, s.reauth_at, m.id, m.email, m.name, m.roles, ${hasSecondFactor} as has_factor
      from staff_session s join staff_member m on m.id = s.staff_id
      where ${isLive} and (s.auth_level = 2 or not ${hasSecondFactor})`,
    values: [sha256(token), new Date(now)],
  });
  const row = rows[0];
  if (!row) return undefined;
  if (row.idle_expires_at.getTime() < now + idleMs - touchEveryMs) await touch(db, row.session_id, now);
  const told: readonly string[] = row.roles;
  const roles = told.filter(isStaffRole);
  const mustEnrol = requiresSecondFactor && !row.has_factor && needsTwoFactors(roles);
  return {
    id: row.id,
    sessionId: row.session_id,
    email: row.email,
    name: row.name,
    roles: mustEnrol ? [] : roles,
    reauthAt: row.reauth_at?.getTime() ?? 0,
    hasSecondFactor: row.has_factor,
    mustEnrol,
  };
}

/** The session that waits for its second step, if the token is of one. */
export async function readPendingSession(
  db: pg.Pool,
  token: string,
  now: EpochMs,
): Promise<PendingSession | undefined> {
  const { rows } = await db.query({
    name: 'pending session',
    text: `select s.id, m.id as staff_id, m.email from staff_session s join staff_member m on m.id = s.staff_id
      where ${isLive} and s.auth_level = 1 and ${hasSecondFactor}`,
    values: [sha256(token), new Date(now)],
  });
  const row = rows[0];
  return row && { sessionId: row.id, id: row.staff_id, email: row.email };
}

export interface Proof {
  readonly sessionId: string;
  /** Of a second factor, or a factor that the member has no second beside. */
  readonly authLevel: 1 | 2;
  readonly now: EpochMs;
  /** The second step of a sign-in: the session begins now. */
  readonly isFirst?: boolean;
}

/** The session has proved who it is: the token before is void, the new one goes to the browser. Undefined for a session that ended meanwhile. */
export async function proveSession(db: pg.ClientBase, proof: Proof): Promise<string | undefined> {
  const token = newToken();
  const { sessionId, authLevel, now, isFirst = false } = proof;
  const { rowCount } = await db.query(
    `update staff_session set token_sha256 = $2, auth_level = greatest(auth_level, $3), reauth_at = $4, last_seen_at = $4,
       expires_at = case when $6 then $7 else expires_at end,
       idle_expires_at = least($5::timestamptz, case when $6 then $7 else expires_at end)
     where id = $1 and revoked_at is null`,
    [sessionId, sha256(token), authLevel, new Date(now), new Date(now + idleMs), isFirst, new Date(now + absoluteMs)],
  );
  return rowCount === 1 ? token : undefined;
}

/** Ends what one factor opened: from now on the member's sessions need two. */
export async function revokeOneFactorSessions(
  db: pg.ClientBase,
  staffId: string,
  keptId: string,
  now: EpochMs,
): Promise<void> {
  await db.query(
    'update staff_session set revoked_at = $3 where staff_id = $1 and id <> $2 and auth_level = 1 and revoked_at is null',
    [staffId, keptId, new Date(now)],
  );
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

function newToken() {
  return randomBytes(tokenBytes).toString('base64url');
}

function sha256(token: string) {
  return createHash('sha256').update(token).digest();
}
