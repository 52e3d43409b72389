import 'server-only';
import { eventTypes } from '#domain/event-types';
import { assertCan, can } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { createBinder } from '../../lists/bind.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { auditMetrics } from '../../metrics/operations.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { isOfMoney, moneyKinds, moneyOrders, orderKind } from './audit-entries.ts';
import { actorTypes, auditList, auditOutcomes } from './audit-list.ts';
import type { AuditFilters } from './audit-list.ts';
import { distinctValues } from './distinct-values.ts';
import { readFigure } from './list-figures.ts';
import { partMs, partSql, partsOf } from './window-parts.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { branchesSql, readAll, readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Rolled } from './rolled-figures.ts';

export interface AuditRow {
  readonly key: RowKey;
  /** undefined of what concerns no organisation. */
  readonly org: { readonly id: string; readonly name: string } | undefined;
  readonly seq: string;
  readonly actorType: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: string;
  readonly eventId: string | undefined;
  readonly address: string | undefined;
  /** The request to the gateway that brought it about. */
  readonly requestId: string | undefined;
}

export interface AuditDetail extends AuditRow {
  /** JSON, as it was written and hashed. */
  readonly detail: string;
  readonly previousHash: string;
  readonly hash: string;
}

interface Stored {
  readonly org_name: string | null;
  readonly seq: string;
  readonly actor_type: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly outcome: string;
  readonly event_id: string | null;
  readonly address: string | null;
  readonly request_id: string | null;
  readonly detail: string;
  readonly prev_hash: string;
  readonly hash: string;
}

const kinds = [...new Set([...Object.values(eventTypes).map(({ kind }) => kind), ...moneyKinds, orderKind])];
const foundMax = 1_000;

/** Whence who signs in or sends an event comes, and by which request; each has an index. */
export const addressSql = `(t.detail ->> 'address')`;
export const requestSql = `(t.detail ->> 'requestId')`;

/** `job:name:slot`. */
const jobSql = `split_part(t.actor, ':', 2)`;

/** What the member may see of the feed. */
export function auditSource(staff: Staff): ListSource<AuditFilters, Stored, AuditDetail> {
  const isWhole = can(staff, 'audit', 'all-entries');
  return {
    table: 'audit_log',
    at: 'at',
    id: { column: 'seq', type: 'bigint' },
    isIdAlone: true,
    lists: ({ jobs, orgs, actions, outcomes, actorTypes }) => ({
      [jobSql]: jobs,
      't.org_id': orgs,
      't.action': actions,
      't.outcome': outcomes,
      't.actor_type': actorTypes,
    }),
    ofValue: (_, column) => (column === jobSql ? [`t.actor like 'job:%'`] : []),
    where: (filters, bind) => [...conditionsOf(filters, bind), ...(isWhole ? [] : [ofMoneySql(bind)])],
    columns: `o.name as org_name, ${addressSql} as address, ${requestSql} as request_id, t.seq::text, t.actor_type, t.actor, t.action, t.subject, t.outcome, t.event_id, t.detail::text,
      encode(t.prev_hash, 'hex') as prev_hash, encode(t.hash, 'hex') as hash`,
    joins: 'left join org o on o.id = t.org_id',
    rowOf: detailOf,
  };
}

export async function listAudit(staff: Staff, query: ListQuery<AuditFilters>): Promise<Page<AuditRow>> {
  assertCan(staff, 'audit');
  return readList(database().pool, auditSource(staff), query);
}

/** The newest entries, without a total. */
export async function listLatestAudit(
  staff: Staff,
  query: ListQuery<AuditFilters>,
  count: number,
): Promise<readonly AuditRow[]> {
  assertCan(staff, 'audit');
  return readAll(database().pool, auditSource(staff), query, count);
}

export async function getAudit(staff: Staff, id: string): Promise<AuditDetail | undefined> {
  assertCan(staff, 'audit');
  const entry = await readOne(database().pool, auditSource(staff), id);
  return entry && (can(staff, 'audit', 'all-entries') || isOfMoney(entry)) ? entry : undefined;
}

function ofMoneySql(bind: Bind): string {
  const kind = `split_part(t.subject, '/', 1)`;
  return `(${kind} = any (${bind(moneyKinds)}) or ${kind} = '${orderKind}' and t.action = any (${bind(moneyOrders)}))`;
}

/**
 * What the action filter offers: actions of which the member may read entries. All entries of one action are of things of one kind, so the newest
 * tells; but events are of any.
 */
export async function listAuditActions(staff: Staff): Promise<readonly string[]> {
  assertCan(staff, 'audit');
  const { pool } = database();
  const actions = await distinctValues(pool, 'audit_log', 'action');
  if (can(staff, 'audit', 'all-entries')) return actions;
  const { values, bind } = createBinder();
  const { rows } = await pool.query<{ action: string }>(
    `select a.action from unnest(${bind(actions)}::text[]) a (action) cross join lateral (
       select * from audit_log l where l.action = a.action order by l.at desc, l.org_id desc, l.seq desc limit 1) t
     where t.action like 'event.%' or ${ofMoneySql(bind)}`,
    values,
  );
  return rows.map(({ action }) => action);
}

export interface AuditSummary {
  readonly entries: ListFigure;
  readonly bad: ListFigure;
  readonly byPeople: ListFigure;
  /** How many people those are of, in the window and in the one before. */
  readonly people: { readonly now: number; readonly before: number; readonly parts: readonly number[] };
  readonly broken: ListFigure;
  /** When all chains were last walked whole by the invariants job. */
  readonly verifiedAt: number | undefined;
}

export async function summarizeAudit(
  staff: Staff,
  query: ListQuery<AuditFilters>,
  window: Window,
): Promise<AuditSummary> {
  assertCan(staff, 'audit');
  const { pool } = database();
  const source = auditSource(staff);
  const figure = (metric: Metric) => {
    const of = metricFilters(auditList, metric, query, now());
    return readFigure(pool, source, of, metric.isWindowed ? window : undefined, undefined, rolledOf(staff, of));
  };
  const [entries, bad, byPeople, people, broken, verified] = await Promise.all([
    figure(auditMetrics.entries),
    figure(auditMetrics.bad),
    figure(auditMetrics.byPeople),
    countPeople(source, metricFilters(auditList, auditMetrics.byPeople, query, now()), window),
    figure(auditMetrics.verified),
    pool.query<{ finished_at: Date }>(
      `select finished_at from job_slot where job = 'invariants' and status = 'done' and finished_at is not null
       order by slot desc limit 1`,
    ),
  ]);
  return { entries, bad, byPeople, people, broken, verifiedAt: verified.rows[0]?.finished_at.getTime() };
}

/** Figures of days know kinds of actors and outcomes of all entries, and nothing else that they are filtered by. */
function rolledOf(
  staff: Staff,
  { q, orgs, actions, actor, jobs, subject, eventId, address, requestId, ...of }: AuditFilters,
): Rolled | undefined {
  const isOfAll =
    [q, actor, subject, eventId, address, requestId].every((one) => one === undefined) &&
    orgs.length + actions.length + jobs.length === 0;
  if (!isOfAll || !can(staff, 'audit', 'all-entries')) return undefined;
  const types = of.actorTypes.length > 0 ? of.actorTypes : actorTypes;
  const outcomes = of.outcomes.length > 0 ? of.outcomes : auditOutcomes;
  return {
    counts: types.flatMap((type) => outcomes.map((outcome) => `all.audit.entries:${type}/${outcome}`)),
    through: 'all.trail',
    orgs,
  };
}

async function countPeople(
  source: ReturnType<typeof auditSource>,
  filters: AuditFilters,
  window: Window,
): Promise<AuditSummary['people']> {
  const { values, bind } = createBinder();
  const branches = [window.previous, window].flatMap((span) =>
    branchesSql(source, filters, span, bind, undefined, 't.actor, t.at'),
  );
  const from = bind(new Date(window.from));
  const { rows } = await database().pool.query<{ is_in: boolean; part: number | null; people: number }>(
    `select p.is_in, p.part, count(distinct p.actor)::int as people
     from (select r.actor, r.at >= ${from} as is_in,
         case when r.at >= ${from} then ${partSql('r.at', from, bind(partMs(window)))} end as part
       from (${branches.join(' union all ')}) r) p
     group by grouping sets ((p.is_in), (p.is_in, p.part))`,
    values,
  );
  const people = (isIn: boolean, part: number | null) =>
    rows.find((row) => row.is_in === isIn && row.part === part)?.people ?? 0;
  return {
    now: people(true, null),
    before: people(false, null),
    parts: partsOf(window, (part) => people(true, part)),
  };
}

function conditionsOf({ q, actor, subject, eventId, address, requestId }: AuditFilters, bind: Bind): readonly string[] {
  return [
    ...(actor === undefined ? [] : [`t.actor = ${bind(actor)}`]),
    ...(subject === undefined ? [] : [`t.subject = ${bind(subject)}`]),
    ...(address === undefined ? [] : [`${addressSql} = ${bind(address)}`]),
    ...(requestId === undefined ? [] : [`${requestSql} = ${bind(requestId)}`]),
    ...(eventId === undefined ? [] : [`(t.org_id, t.event_id) in (select o.id, ${bind(eventId)}::text from org o)`]),
    ...(q === undefined ? [] : [`(t.org_id, t.seq) in (${foundSql(q, bind)})`]),
  ];
}

/** An entity by its id of any kind, whoever acted, a request, or an event: each by an index of its own. */
function foundSql(q: string, bind: Bind): string {
  const subjects = bind([q, ...kinds.map((kind) => `${kind}/${q}`)]);
  const text = bind(q);
  return `(select f.org_id, f.seq from audit_log f where f.subject = any (${subjects}) limit ${foundMax})
    union all (select f.org_id, f.seq from audit_log f where f.actor = ${text} limit ${foundMax})
    union all (select f.org_id, f.seq from audit_log f where f.detail ->> 'requestId' = ${text} limit ${foundMax})
    union all (select f.org_id, f.seq from org o join audit_log f on f.org_id = o.id and f.event_id = ${text} limit ${foundMax})`;
}

function detailOf(stored: Stored, key: RowKey): AuditDetail {
  const orgId = key.id.slice(0, key.id.indexOf(':'));
  return {
    key,
    org: stored.org_name === null ? undefined : { id: orgId, name: stored.org_name },
    seq: stored.seq,
    actorType: stored.actor_type,
    actor: stored.actor,
    action: stored.action,
    subject: stored.subject,
    outcome: stored.outcome,
    eventId: stored.event_id ?? undefined,
    address: stored.address ?? undefined,
    requestId: stored.request_id ?? undefined,
    detail: stored.detail,
    previousHash: stored.prev_hash,
    hash: stored.hash,
  };
}
