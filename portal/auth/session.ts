import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { StaffRole } from './access.ts';
import { isStaffRole, needsTwoFactors } from './access.ts';
import { hourMs, minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import { uuid7 } from './uuid7.ts';

/** As the functions that open, prove and touch a session have it. */
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
  /** Whether one factor was right, or all that the member has. */
  readonly authLevel?: 1 | 2;
  /** When the member proved who they are, where that was before. */
  readonly provedAt?: EpochMs | undefined;
  readonly idToken?: Buffer | undefined;
  /** For its audit entry. */
  readonly detail: object;
}

export interface OpenedSession {
  /** Goes to the browser once; the database holds its SHA-256 only. */
  readonly token: string;
  /** The member has a second factor, which is still to come. */
  readonly isPending: boolean;
}

/** Opens a session, with its entry in the audit. The transaction speaks for the provider's own chain. */
export async function openSession(db: pg.ClientBase, told: NewSession): Promise<OpenedSession> {
  const { staffId, address, userAgent, now, authLevel = 1, provedAt = now, idToken, detail } = told;
  const token = newToken();
  const { rows } = await db.query<{ pending: boolean }>(
    'select open_staff_session($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as pending',
    [
      uuid7(now),
      staffId,
      sha256(token),
      authLevel,
      new Date(now),
      new Date(provedAt),
      address,
      userAgent.slice(0, userAgentMax),
      idToken,
      JSON.stringify(detail),
    ],
  );
  return { token, isPending: rows[0]?.pending !== false };
}

// A session of one factor is whole as long as its member has no second one.
const hasSecondFactor =
  '(m.totp_secret_enc is not null or exists (select from staff_passkey p where p.staff_id = m.id))';
const isLive =
  's.token_sha256 = $1 and s.revoked_at is null and s.idle_expires_at > $2 and s.expires_at > $2 and m.disabled_at is null';

/**
 * Whose session the token is, as the rows say now: not revoked, not idle, not over, whole, of a member that is not disabled. Whatever nobody asked
 * for keeps it no longer.
 */
export async function readSession(
  db: pg.Pool,
  token: string,
  now: EpochMs,
  requiresSecondFactor = false,
  isAttended = true,
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
  if (isAttended && row.idle_expires_at.getTime() < now + idleMs - touchEveryMs) await touch(db, row.session_id, now);
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
  /** For its audit entry. */
  readonly detail: object;
}

/**
 * The session has proved who it is: the token before is void, the new one goes to the browser. By the second step of a sign-in it begins.
 * Undefined for a session that ended meanwhile. The transaction speaks for the provider's own chain.
 */
export async function proveSession(db: pg.ClientBase, proof: Proof): Promise<string | undefined> {
  const token = newToken();
  const { sessionId, authLevel, now, detail } = proof;
  const { rows } = await db.query<{ proven: boolean }>('select prove_staff_session($1, $2, $3, $4, $5) as proven', [
    sessionId,
    sha256(token),
    authLevel,
    new Date(now),
    JSON.stringify(detail),
  ]);
  return rows[0]?.proven === true ? token : undefined;
}

/** The entry of a proof that was none: of a second step, or of a session that is whole. */
export async function noteFailedProof(db: pg.ClientBase, sessionId: string, detail: object): Promise<void> {
  await db.query('select note_failed_proof($1, $2)', [sessionId, JSON.stringify(detail)]);
}

/** Ends what one factor opened elsewhere: from now on the member's sessions need two. */
export async function endOneFactorSessions(db: pg.ClientBase, keptId: string, now: EpochMs): Promise<void> {
  await db.query('select end_one_factor_sessions($1, $2)', [keptId, new Date(now)]);
}

async function touch(db: pg.Pool, sessionId: string, now: EpochMs) {
  await db.query('select touch_staff_session($1, $2)', [sessionId, new Date(now)]);
}

function newToken() {
  return randomBytes(tokenBytes).toString('base64url');
}

function sha256(token: string) {
  return createHash('sha256').update(token).digest();
}
