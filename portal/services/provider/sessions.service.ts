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
  const { rows } = await database().pool.query(
    `select id, ip, user_agent, auth_level, created_at, last_seen_at, least(expires_at, idle_expires_at) as ends_at
     from staff_session where staff_id = $1 and revoked_at is null and expires_at > $2 and idle_expires_at > $2
     order by id = $3 desc, last_seen_at desc, id limit $4`,
    [staff.id, new Date(now()), staff.sessionId, sessionsMax],
  );
  return rows.map((row) => ({
    id: row.id,
    isOwn: row.id === staff.sessionId,
    address: row.ip ?? undefined,
    userAgent: row.user_agent ?? undefined,
    hasTwoFactors: row.auth_level === 2,
    createdAt: row.created_at.getTime(),
    lastSeenAt: row.last_seen_at.getTime(),
    endsAt: row.ends_at.getTime(),
  }));
}
