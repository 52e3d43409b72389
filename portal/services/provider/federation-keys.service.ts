import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { createBinder } from '../../lists/bind.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { presetWindow } from '../../lists/windows.ts';
import { utc } from '../../lists/zones.ts';
import { metricFilters } from '../../metrics/metric.ts';
import { keyMetrics } from '../../metrics/operations.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readStockCourses } from './courses.ts';
import type { Course } from './courses.ts';
import { branchesOf, noFilters, someOf } from './deliveries-sql.ts';
import type { DeliveryResult } from './deliveries-query.ts';
import { keysList } from './federation-keys-list.ts';
import type { KeyDue, KeyFilters, KeyState } from './federation-keys-list.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import { countMax, countRows } from './list-page.ts';
import type { Count, Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';

export interface KeyRow {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly name: string | undefined;
  readonly scopes: readonly string[];
  readonly state: KeyState;
  readonly createdBy: string;
  readonly lastUsedAt: number | undefined;
  readonly expiresAt: number | undefined;
  /** Until when the secret before the current one verifies too. */
  readonly rotatingUntil: number | undefined;
  /** How often it still signed since it was rotated away. */
  readonly lateUses: number;
  readonly ratePerS: number;
  readonly burst: number;
}

export interface KeyDetail extends KeyRow {
  readonly disabledAt: number | undefined;
  /** The current one last; never more of a secret than its end. */
  readonly secrets: readonly KeySecret[];
  readonly calls: KeyCalls;
}

export interface KeySecret {
  readonly version: number;
  readonly lastFour: string;
  readonly createdAt: number;
  readonly validUntil: number | undefined;
  readonly lateUses: number;
  readonly lateUsedAt: number | undefined;
}

/** Lines of the log of this key in the last 24 hours; undefined where counting took too long. */
export interface KeyCalls {
  readonly accepted: Count | undefined;
  readonly refused: Count | undefined;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly created_by: string;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
  readonly disabled_at: Date | null;
  readonly rotating_until: Date | null;
  readonly late_uses: string | null;
  readonly rate_per_s: number;
  readonly burst: number;
}

export const keysSource: ListSource<KeyFilters, Stored, KeyRow & Pick<KeyDetail, 'disabledAt'>> = {
  table: 'federation_key',
  at: 'created_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs }) => ({ 't.org_id': orgs }),
  where: conditionsOf,
  columns: `t.id, t.org_id, o.name as org_name, t.name, t.scopes, t.state, t.created_by, t.last_used_at, t.expires_at, t.disabled_at, t.rate_per_s,
    t.burst, r.rotating_until, r.late_uses::text as late_uses`,
  joins: `join org o on o.id = t.org_id
    left join lateral (select max(s.valid_until) as rotating_until, sum(s.late_uses) as late_uses from federation_secret s
      where s.org_id = t.org_id and s.key_id = t.id and s.valid_until is not null) r on true`,
  rowOf,
};

export async function listKeys(staff: Staff, query: ListQuery<KeyFilters>): Promise<Page<KeyRow>> {
  assertCan(staff, 'federation');
  return readList(database().pool, keysSource, query);
}

export async function getKey(staff: Staff, id: string): Promise<KeyDetail | undefined> {
  assertCan(staff, 'federation');
  const { pool, prisma } = database();
  const row = await readOne(pool, keysSource, id);
  if (!row) return undefined;
  const [secrets, calls] = await Promise.all([
    prisma.federationSecret.findMany({
      where: { orgId: row.org.id, keyId: row.id },
      select: {
        version: true,
        lastFour: true,
        createdAt: true,
        validUntil: true,
        lateUses: true,
        lateUsedAt: true,
      },
      orderBy: { version: 'asc' },
    }),
    countCalls(staff, row.id),
  ]);
  return {
    ...row,
    calls,
    secrets: secrets.map((one) => ({
      version: one.version,
      lastFour: one.lastFour,
      createdAt: one.createdAt.getTime(),
      validUntil: one.validUntil?.getTime(),
      lateUses: Number(one.lateUses),
      lateUsedAt: one.lateUsedAt?.getTime(),
    })),
  };
}

/** How a key is used, in words that cross to the browser. */
export interface KeyUse {
  /** Of the secret that signs now. */
  readonly version: number;
  readonly accepted: Count | undefined;
  readonly refused: Count | undefined;
  /** The secret that was rotated away last, while it still verifies. */
  readonly old: { readonly until: number; readonly uses: number; readonly lastAt: number | undefined } | undefined;
}

/** Shown before a key is rotated or revoked. */
export async function readKeyUse(staff: Staff, id: string): Promise<KeyUse> {
  assertCan(staff, 'federation');
  const [calls, current, old] = await Promise.all([
    countCalls(staff, id),
    database().prisma.federationSecret.findFirst({ where: { keyId: id, validUntil: null }, select: { version: true } }),
    database().prisma.federationSecret.findFirst({
      where: { keyId: id, validUntil: { gt: new Date(now()) } },
      select: { validUntil: true, lateUses: true, lateUsedAt: true },
      orderBy: { version: 'desc' },
    }),
  ]);
  const until = old?.validUntil?.getTime();
  return {
    ...calls,
    version: current?.version ?? 0,
    old:
      old && until !== undefined ? { until, uses: Number(old.lateUses), lastAt: old.lateUsedAt?.getTime() } : undefined,
  };
}

/** What a key was used for in the last 24 hours. */
async function countCalls(staff: Staff, keyId: string): Promise<KeyCalls> {
  const count = async (results: readonly DeliveryResult[]) => {
    const { values, bind } = createBinder();
    const branches = branchesOf({ ...noFilters, keyId, results }, presetWindow('24h', now(), utc), bind);
    const text = branches.map((branch) => someOf(branch, countMax + 1)).join(' union all ');
    return countRows(text, values);
  };
  const [accepted, refused] = await Promise.all([count(['accepted', 'applied', 'rejected']), count(['refused'])]);
  return { accepted, refused };
}

export interface DueKeys {
  readonly due: ListFigure;
  /** How they came to what they are; undefined where more is filtered by than organisations. */
  readonly course: Course | undefined;
}

/** Keys that end within a week, or that nobody has used for a month. */
export async function readDueKeys(staff: Staff, query: ListQuery<KeyFilters>): Promise<DueKeys> {
  assertCan(staff, 'federation');
  const { pool } = database();
  const filters = metricFilters(keysList, keyMetrics.due, query, now());
  const { q, orgs, scopes, states } = filters;
  const isOfOrgs = q === undefined && scopes.length + states.length === 0;
  const [due, courses] = await Promise.all([
    readFigure(pool, keysSource, filters, undefined),
    isOfOrgs ? readStockCourses(pool, ['keys.due'], orgs, now()) : undefined,
  ]);
  return { due, course: courses?.get('keys.due') };
}

const isRotating = (at: string) => `exists (select from federation_secret s
  where s.org_id = t.org_id and s.key_id = t.id and s.valid_until > ${at})`;
const isLive = (at: string) => `t.state = 'active' and (t.expires_at is null or t.expires_at > ${at})`;

const inState: Record<KeyState, (at: string) => string> = {
  active: (at) => `(${isLive(at)} and not ${isRotating(at)})`,
  rotating: (at) => `(${isLive(at)} and ${isRotating(at)})`,
  expired: (at) => `(t.state = 'active' and t.expires_at <= ${at})`,
  // The clock is not asked, and yet a value that is given must be used.
  disabled: (at) => `(t.state = 'disabled' and ${at} is not null)`,
};

const isDue: Record<KeyDue, (at: string) => string> = {
  expiring: (at) => `(${isLive(at)} and t.expires_at <= ${at} + interval '7 days')`,
  unused: (at) => `(${isLive(at)} and coalesce(t.last_used_at, t.created_at) < ${at} - interval '30 days')`,
};

function conditionsOf({ q, scopes, states, dues }: KeyFilters, bind: Bind): readonly string[] {
  const at = () => `${bind(new Date(now()))}::timestamptz`;
  return [
    't.deleted_at is null',
    ...(scopes.length === 0 ? [] : [`t.scopes && ${bind(scopes)}::text[]`]),
    ...(states.length === 0 ? [] : [`(${states.map((state) => inState[state](at())).join(' or ')})`]),
    ...(dues.length === 0 ? [] : [`(${dues.map((due) => isDue[due](at())).join(' or ')})`]),
    ...(q === undefined ? [] : [`(t.id = ${bind(q)} or strpos(lower(t.name), lower(${bind(q)})) > 0)`]),
  ];
}

function rowOf(stored: Stored, key: RowKey): KeyRow & Pick<KeyDetail, 'disabledAt'> {
  const until = stored.rotating_until?.getTime();
  const rotatingUntil = until !== undefined && until > now() ? until : undefined;
  return {
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    name: stored.name === '' ? undefined : stored.name,
    scopes: stored.scopes,
    state: stateOf(stored, rotatingUntil),
    createdBy: stored.created_by,
    lastUsedAt: stored.last_used_at?.getTime(),
    expiresAt: stored.expires_at?.getTime(),
    disabledAt: stored.disabled_at?.getTime(),
    rotatingUntil,
    lateUses: Number(stored.late_uses ?? 0),
    ratePerS: stored.rate_per_s,
    burst: stored.burst,
  };
}

function stateOf({ state, expires_at: expiresAt }: Stored, rotatingUntil: number | undefined): KeyState {
  if (state === 'disabled') return 'disabled';
  if (expiresAt && expiresAt.getTime() <= now()) return 'expired';
  return rotatingUntil === undefined ? 'active' : 'rotating';
}
