import 'server-only';
import { assertCan, isStaffRole } from '../../auth/access.ts';
import type { StaffRole } from '../../auth/access.ts';
import type { EpochMs } from '#domain/instants';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { sessionColumns, sessionOf } from './sessions.service.ts';
import type { SessionRow, StoredSession } from './sessions.service.ts';

/** Staff are few by nature; more are cut off, and the page says so. */
export const membersMax = 500;
const sessionsMax = 500;

export interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly StaffRole[];
  readonly source: 'env' | 'oidc';
  readonly hasAuthenticator: boolean;
  readonly passkeys: number;
  readonly openSessions: number;
  readonly lastSeenAt: EpochMs | undefined;
  readonly disabledAt: EpochMs | undefined;
}

export interface MemberSession extends SessionRow {
  readonly staffId: string;
  readonly name: string;
  readonly email: string;
}

export interface StaffFigures {
  readonly active: number;
  readonly withoutSecondFactor: number;
  readonly openSessions: number;
  readonly membersWithSessions: number;
  readonly seededAt: EpochMs | undefined;
  readonly seededMembers: number;
}

const isOpen = 's.revoked_at is null and s.expires_at > $1 and s.idle_expires_at > $1';
const hasFactor = '(m.totp_secret_enc is not null or exists (select from staff_passkey p where p.staff_id = m.id))';

export async function readStaffFigures(staff: Staff): Promise<StaffFigures> {
  assertCan(staff, 'settings', 'staff');
  const { rows } = await database().pool.query(
    `select (select count(*)::int from staff_member m where m.disabled_at is null) as active,
       (select count(*)::int from staff_member m where m.disabled_at is null and not ${hasFactor}) as bare,
       (select count(*)::int from staff_session s where ${isOpen}) as sessions,
       (select count(distinct s.staff_id)::int from staff_session s where ${isOpen}) as members,
       (select seeded_at from staff_seed where source = 'env') as seeded_at,
       (select members from staff_seed where source = 'env') as seeded`,
    [new Date(now())],
  );
  const row = rows[0];
  return {
    active: row.active,
    withoutSecondFactor: row.bare,
    openSessions: row.sessions,
    membersWithSessions: row.members,
    seededAt: row.seeded_at?.getTime(),
    seededMembers: row.seeded ?? 0,
  };
}

export interface MemberFilters {
  readonly isActive: boolean;
  readonly lacksFactor: boolean;
}

/** All members, those who are disabled last. */
export async function listMembers(
  staff: Staff,
  { isActive, lacksFactor }: MemberFilters,
): Promise<readonly MemberRow[]> {
  assertCan(staff, 'settings', 'staff');
  const conditions = [isActive && 'm.disabled_at is null', lacksFactor && `not ${hasFactor}`].filter(Boolean);
  const { rows } = await database().pool.query(
    `select m.id, m.email, m.name, m.roles, m.source, m.disabled_at, m.totp_secret_enc is not null as has_authenticator,
       (select count(*)::int from staff_passkey p where p.staff_id = m.id) as passkeys,
       (select count(*)::int from staff_session s where s.staff_id = m.id and ${isOpen}) as open_sessions,
       (select max(s.last_seen_at) from staff_session s where s.staff_id = m.id) as last_seen_at
     from staff_member m ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
     order by m.disabled_at is not null, lower(m.name), m.id limit $2`,
    [new Date(now()), membersMax],
  );
  return rows.map((row) => {
    const roles: readonly string[] = row.roles;
    return {
      id: row.id,
      email: row.email,
      name: row.name,
      roles: roles.filter(isStaffRole),
      source: row.source,
      hasAuthenticator: row.has_authenticator,
      passkeys: row.passkeys,
      openSessions: row.open_sessions,
      lastSeenAt: row.last_seen_at?.getTime(),
      disabledAt: row.disabled_at?.getTime(),
    };
  });
}

/** Every session that is open, the latest seen first. */
export async function listSessions(staff: Staff): Promise<readonly MemberSession[]> {
  assertCan(staff, 'settings', 'staff');
  const { rows } = await database().pool.query<StoredSession & { staff_id: string; name: string; email: string }>(
    `select ${sessionColumns}, m.id as staff_id, m.name, m.email
     from staff_session s join staff_member m on m.id = s.staff_id where ${isOpen}
     order by s.last_seen_at desc, s.id limit $2`,
    [new Date(now()), sessionsMax],
  );
  return rows.map((row) => ({
    ...sessionOf(staff, row),
    staffId: row.staff_id,
    name: row.name,
    email: row.email,
  }));
}
