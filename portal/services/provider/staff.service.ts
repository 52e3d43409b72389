import 'server-only';
import { assertCan, isStaffRole } from '../../auth/access.ts';
import type { StaffRole } from '../../auth/access.ts';
import type { EpochMs } from '#domain/instants';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { hasWords, wordsOf } from './found-rows.ts';
import type { FoundRows } from './found-rows.ts';
import { sessionColumns, sessionOf } from './sessions.service.ts';
import type { SessionRow, StoredSession } from './sessions.service.ts';

/** Staff are few by nature: words find those who are not among the first. */
const membersMax = 500;
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

/** Members who have the words in what is known of them, those who are disabled last. */
export async function listMembers(
  staff: Staff,
  { isActive, lacksFactor }: MemberFilters,
  q?: string,
): Promise<FoundRows<MemberRow>> {
  assertCan(staff, 'settings', 'staff');
  const conditions = [
    hasWords('$3', ['m.name', 'm.email', "array_to_string(m.roles, ' ')", 'm.source']),
    ...(isActive ? ['m.disabled_at is null'] : []),
    ...(lacksFactor ? [`not ${hasFactor}`] : []),
  ];
  const { rows } = await database().pool.query(
    `select m.id, m.email, m.name, m.roles, m.source, m.disabled_at, m.totp_secret_enc is not null as has_authenticator,
       count(*) over ()::int as total,
       (select count(*)::int from staff_passkey p where p.staff_id = m.id) as passkeys,
       (select count(*)::int from staff_session s where s.staff_id = m.id and ${isOpen}) as open_sessions,
       (select max(s.last_seen_at) from staff_session s where s.staff_id = m.id) as last_seen_at
     from staff_member m where ${conditions.join(' and ')}
     order by m.disabled_at is not null, lower(m.name), m.id limit $2`,
    [new Date(now()), membersMax, wordsOf(q)],
  );
  const members = rows.map((row) => {
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
  return { rows: members, total: rows[0]?.total ?? 0 };
}

/** Sessions that are open and have the words, the latest seen first. */
export async function listSessions(staff: Staff, q?: string): Promise<FoundRows<MemberSession>> {
  assertCan(staff, 'settings', 'staff');
  const { rows } = await database().pool.query<
    StoredSession & { staff_id: string; name: string; email: string; total: number }
  >(
    `select ${sessionColumns}, m.id as staff_id, m.name, m.email, count(*) over ()::int as total
     from staff_session s join staff_member m on m.id = s.staff_id
     where ${isOpen} and ${hasWords('$3', ['m.name', 'm.email', 's.ip', 's.user_agent'])}
     order by s.last_seen_at desc, s.id limit $2`,
    [new Date(now()), sessionsMax, wordsOf(q)],
  );
  const sessions = rows.map((row) => ({
    ...sessionOf(staff, row),
    staffId: row.staff_id,
    name: row.name,
    email: row.email,
  }));
  return { rows: sessions, total: rows[0]?.total ?? 0 };
}
