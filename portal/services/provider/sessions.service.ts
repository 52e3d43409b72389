import 'server-only';
import type { EpochMs } from '#domain/instants';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';

/** A place where a member is signed in. */
export interface SessionRow {
  readonly id: string;
  readonly isOwn: boolean;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  readonly hasTwoFactors: boolean;
  readonly createdAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  readonly endsAt: EpochMs;
}

const sessionsMax = 100;

/** Where the member is signed in now, the session of this request first. */
export async function readOwnSessions(staff: Staff): Promise<readonly SessionRow[]> {
  const { rows } = await database().pool.query<StoredSession>(
    `select ${sessionColumns}
     from staff_session s where s.staff_id = $1 and s.revoked_at is null and s.expires_at > $2 and s.idle_expires_at > $2
     order by s.id = $3 desc, s.last_seen_at desc, s.id limit $4`,
    [staff.id, new Date(now()), staff.sessionId, sessionsMax],
  );
  return rows.map((row) => sessionOf(staff, row));
}

export interface StoredSession {
  readonly id: string;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly auth_level: number;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly ends_at: Date;
}

/** The columns of a session `s` that `sessionOf` reads. */
export const sessionColumns =
  's.id, s.ip, s.user_agent, s.auth_level, s.created_at, s.last_seen_at, least(s.expires_at, s.idle_expires_at) as ends_at';

export function sessionOf(staff: Staff, row: StoredSession): SessionRow {
  return {
    id: row.id,
    isOwn: row.id === staff.sessionId,
    address: row.ip ?? undefined,
    userAgent: row.user_agent ?? undefined,
    hasTwoFactors: row.auth_level === 2,
    createdAt: row.created_at.getTime(),
    lastSeenAt: row.last_seen_at.getTime(),
    endsAt: row.ends_at.getTime(),
  };
}
