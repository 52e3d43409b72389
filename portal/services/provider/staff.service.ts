import 'server-only';
import { assertCan, isStaffRole } from '../../auth/access.ts';
import type { StaffRole } from '../../auth/access.ts';
import type { EpochMs } from '#domain/instants';
import type { Staff } from '../../auth/session.ts';
import { inlineBind } from '../../lists/bind.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readStockCourses } from './courses.ts';
import type { Course } from './courses.ts';
import { hasWords } from './found-rows.ts';
import { sessionColumns, sessionOf } from './sessions.service.ts';
import type { SessionRow, StoredSession } from './sessions.service.ts';
import { firstPlace, readWalked } from './walked-source.ts';
import type { WalkedPage, WalkedSource } from './walked-source.ts';

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
  /** How those that are of now came to what they are. */
  readonly courses: ReadonlyMap<(typeof staffStocks)[number], Course>;
}

const staffStocks = ['staff.active', 'staff.bare', 'staff.sessions'] as const;

const isOpenAt = (at: string) => `s.revoked_at is null and s.expires_at > ${at} and s.idle_expires_at > ${at}`;
const isOpen = isOpenAt('$1');
const hasFactor = '(m.totp_secret_enc is not null or exists (select from staff_passkey p where p.staff_id = m.id))';

export async function readStaffFigures(staff: Staff): Promise<StaffFigures> {
  assertCan(staff, 'settings', 'staff');
  const { pool } = database();
  const courses = readStockCourses(pool, staffStocks, [], now());
  const { rows } = await pool.query(
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
    courses: await courses,
  };
}

export interface MemberFilters {
  readonly isActive: boolean;
  readonly lacksFactor: boolean;
  readonly q?: string | undefined;
}

interface StoredMember {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly source: 'env' | 'oidc';
  readonly has_authenticator: boolean;
  readonly passkeys: number;
  readonly open_sessions: number;
  readonly last_seen_at: Date | null;
  readonly disabled_at: Date | null;
}

export const passkeys = '(select count(*)::int from staff_passkey p where p.staff_id = m.id)';
export const lastSeen = '(select max(s.last_seen_at) from staff_session s where s.staff_id = m.id)';

/** Members, those who are disabled last. */
export function membersSource(staff: Staff): WalkedSource<MemberFilters, StoredMember, MemberRow> {
  assertCan(staff, 'settings', 'staff');
  const open = isOpenAt(inlineBind(new Date(now())));
  return {
    from: 'staff_member m',
    columns: `m.id, m.email, m.name, m.roles, m.source, m.disabled_at, m.totp_secret_enc is not null as has_authenticator,
      ${passkeys} as passkeys, ${lastSeen} as last_seen_at,
      (select count(*)::int from staff_session s where s.staff_id = m.id and ${open}) as open_sessions`,
    keys: [
      { sql: '(m.disabled_at is not null)', type: 'boolean', isChanging: true },
      { sql: 'lower(m.name)', type: 'text', isChanging: true },
      { sql: 'm.id', type: 'uuid' },
    ],
    direction: 'asc',
    where: ({ q, isActive, lacksFactor }, bind) => [
      ...hasWords(q, ['m.name', 'm.email', "array_to_string(m.roles, ' ')", 'm.source'], bind),
      ...(isActive ? ['m.disabled_at is null'] : []),
      ...(lacksFactor ? [`not ${hasFactor}`] : []),
    ],
    rowOf: (row) => ({
      id: row.id,
      email: row.email,
      name: row.name,
      roles: row.roles.filter(isStaffRole),
      source: row.source,
      hasAuthenticator: row.has_authenticator,
      passkeys: row.passkeys,
      openSessions: row.open_sessions,
      lastSeenAt: row.last_seen_at?.getTime(),
      disabledAt: row.disabled_at?.getTime(),
    }),
  };
}

export async function listMembers(
  staff: Staff,
  filters: MemberFilters,
  place = firstPlace,
): Promise<WalkedPage<MemberRow>> {
  return readWalked(database().pool, membersSource(staff), filters, place);
}

interface StoredMemberSession extends StoredSession {
  readonly staff_id: string;
  readonly name: string;
  readonly email: string;
}

interface SessionFilters {
  readonly q?: string | undefined;
  /** These, also where they have ended. */
  readonly ids?: readonly string[] | undefined;
}

/** Sessions that are open, the latest seen first. */
export function sessionsSource(staff: Staff): WalkedSource<SessionFilters, StoredMemberSession, MemberSession> {
  assertCan(staff, 'settings', 'staff');
  return {
    from: 'staff_session s join staff_member m on m.id = s.staff_id',
    columns: `${sessionColumns}, m.id as staff_id, m.name, m.email`,
    keys: [
      { sql: 's.last_seen_at', type: 'timestamptz', isChanging: true },
      { sql: 's.id', type: 'uuid' },
    ],
    direction: 'desc',
    where: ({ q, ids }, bind) => [
      ids ? `s.id = any (${bind(ids)}::uuid[])` : isOpenAt(bind(new Date(now()))),
      ...hasWords(q, ['m.name', 'm.email', 's.ip', 's.user_agent'], bind),
    ],
    rowOf: (row) => ({ ...sessionOf(staff, row), staffId: row.staff_id, name: row.name, email: row.email }),
  };
}

export async function listSessions(staff: Staff, q?: string, place = firstPlace): Promise<WalkedPage<MemberSession>> {
  return readWalked(database().pool, sessionsSource(staff), { q }, place);
}
