import 'server-only';
import { providerChain } from '#domain/ids';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Metric } from '../../metrics/metric.ts';
import { replayRunMetrics } from '../../metrics/replays.ts';
import { database, framePool } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { replayIdPattern, replayRunsList } from './federation-replay-list.ts';
import type {
  ReplayForesight,
  ReplayItemFilters,
  ReplayRunFilters,
  ReplayState,
  ReplayStatus,
} from './federation-replay-list.ts';
import { distinctValues } from './distinct-values.ts';
import type { Count, Page } from './list-page.ts';
import { countUpTo, readAll, readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';

export interface ReplayRun {
  readonly key: RowKey;
  readonly id: string;
  readonly status: ReplayStatus;
  readonly orderedBy: string;
  /** The log's parameters; undefined where ids were given. */
  readonly filter: string | undefined;
  readonly reason: string | undefined;
  readonly ratePerS: number;
  /** Lines of the log that were chosen and are no events. */
  readonly linesWithoutEvent: number;
  readonly unknownIds: readonly string[];
  readonly createdAt: number;
  readonly confirmedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly isCancelAsked: boolean;
  /** Nobody has worked on it for a while, though it is not over. */
  readonly isStill: boolean;
  readonly counts: Readonly<Partial<Record<ReplayState, number>>>;
  /** Of those that can be replayed, by what the plan foresees. */
  readonly expected: Readonly<Partial<Record<ReplayForesight, number>>>;
  /** Why events are skipped, and how many for each reason. */
  readonly skipped: readonly { readonly code: string; readonly count: number }[];
}

const newestMax = 10;
const stillAfterMs = 60_000;

interface StoredRun {
  readonly id: string;
  readonly status: ReplayStatus;
  readonly ordered_by: string;
  readonly filter: string | null;
  readonly reason: string | null;
  readonly rate_per_s: number;
  readonly lines_without_event: number;
  readonly unknown_ids: readonly string[];
  readonly created_at: Date;
  readonly confirmed_at: Date | null;
  readonly finished_at: Date | null;
  readonly cancel_asked_at: Date | null;
  readonly touched_at: Date;
  readonly counts: Record<string, number> | null;
  readonly expected: Record<string, number> | null;
  readonly skipped: readonly { readonly code: string; readonly count: number }[] | null;
}

/** What became of the events of the run `t`. */
const countsJoin = `
  left join lateral (
    select json_object_agg(g.state, g.count) filter (where g.kind = 'state') as counts,
      json_object_agg(g.state, g.count) filter (where g.kind = 'expected') as expected,
      json_agg(json_build_object('code', g.state, 'count', g.count) order by g.count desc, g.state) filter (where g.kind = 'skipped') as skipped
    from (
      select 'state' as kind, i.state, count(*)::int as count from replay_item i where i.run_id = t.id group by i.state
      union all select 'expected', i.expected, count(*)::int from replay_item i where i.run_id = t.id and i.expected is not null group by i.expected
      union all select 'skipped', i.code, count(*)::int from replay_item i where i.run_id = t.id and i.state = 'skipped' group by i.code) g) c on true`;

/** A replay is of no organisation: it may have events of each. */
export const replayRunsSource: ListSource<ReplayRunFilters, StoredRun, ReplayRun> = {
  table: `(select r.*, '${providerChain}' as org_id from replay_run r)`,
  at: 'created_at',
  id: { column: 'id', type: 'uuid' },
  isIdAlone: true,
  lists: ({ statuses, members }) => ({ 't.status': statuses, 't.ordered_by': members }),
  where: ({ q }, bind) => (q === undefined ? [] : [`t.id = ${bind(q)}::uuid`]),
  columns: 't.*, c.counts, c.expected, c.skipped',
  joins: countsJoin,
  rowOf: runOf,
};

export async function listReplays(staff: Staff, query: ListQuery<ReplayRunFilters>): Promise<Page<ReplayRun>> {
  assertCan(staff, 'federation');
  return readList(database().pool, replayRunsSource, query);
}

/** The newest replays, whoever ordered them. */
export async function newestReplays(staff: Staff): Promise<readonly ReplayRun[]> {
  assertCan(staff, 'federation');
  const query = replayRunsList.parse({}, { zone: 'UTC', now: now() });
  return readAll(database().pool, replayRunsSource, query, newestMax);
}

export interface ReplaysSummary {
  /** Of each figure, up to a total's bound; undefined where counting took longer than it may. */
  readonly counts: Readonly<Record<keyof typeof replayRunMetrics, Count | undefined>>;
  /** Who has ordered any. */
  readonly members: readonly string[];
}

/** All replays by their status. */
export async function summarizeReplays(staff: Staff): Promise<ReplaysSummary> {
  assertCan(staff, 'federation');
  const { pool } = database();
  const count = ({ where }: Metric) =>
    countUpTo(replayRunsSource, replayRunsList.parse({ ...where }, { zone: 'UTC', now: now() }));
  const metrics = replayRunMetrics;
  const [underWay, planned, done, cancelled, members] = await Promise.all([
    count(metrics.underWay),
    count(metrics.planned),
    count(metrics.done),
    count(metrics.cancelled),
    distinctValues(pool, 'replay_run', 'ordered_by'),
  ]);
  return { counts: { underWay, planned, done, cancelled }, members };
}

export async function getReplay(staff: Staff, id: string): Promise<ReplayRun | undefined> {
  assertCan(staff, 'federation');
  return readOne(framePool(), replayRunsSource, `${providerChain}:${id}`);
}

function runOf(row: StoredRun, key: RowKey): ReplayRun {
  const isOpen = row.status === 'planning' || row.status === 'running';
  return {
    key,
    id: row.id,
    status: row.status,
    orderedBy: row.ordered_by,
    filter: row.filter ?? undefined,
    reason: row.reason ?? undefined,
    ratePerS: row.rate_per_s,
    linesWithoutEvent: row.lines_without_event,
    unknownIds: row.unknown_ids,
    createdAt: row.created_at.getTime(),
    confirmedAt: row.confirmed_at?.getTime(),
    finishedAt: row.finished_at?.getTime(),
    isCancelAsked: row.cancel_asked_at !== null,
    isStill: isOpen && row.touched_at.getTime() < now() - stillAfterMs,
    counts: row.counts ?? {},
    expected: row.expected ?? {},
    skipped: row.skipped ?? [],
  };
}

export interface ReplayItem {
  readonly key: RowKey;
  readonly org: { readonly id: string; readonly name: string };
  readonly eventId: string;
  readonly type: string;
  readonly state: ReplayState;
  readonly code: string | undefined;
  readonly expected: ReplayForesight | undefined;
  readonly expectedCode: string | undefined;
  /** Rows that the plan foresees, as "table key". */
  readonly writes: readonly string[];
  readonly workflowId: string | undefined;
  readonly orderedAt: number | undefined;
}

interface StoredItem {
  readonly org_id: string;
  readonly org_name: string;
  readonly event_id: string;
  readonly type: string;
  readonly state: ReplayState;
  readonly code: string | null;
  readonly expected: ReplayForesight | null;
  readonly expected_code: string | null;
  readonly writes: readonly string[];
  readonly workflow_id: string | null;
  readonly ordered_at: Date | null;
}

/** The events of one run. An event may be in several. */
export const replayItemsSource = (run: string): ListSource<ReplayItemFilters, StoredItem, ReplayItem> => ({
  table: `(select * from replay_item where run_id = '${replayIdPattern.test(run) ? run : nobody}')`,
  at: 'received_at',
  id: { column: 'event_id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs }) => ({ 't.org_id': orgs }),
  where: conditionsOf,
  columns: `t.org_id, o.name as org_name, t.event_id, t.type, t.state, t.code, t.expected, t.expected_code, t.writes, t.workflow_id, t.ordered_at`,
  joins: 'join org o on o.id = t.org_id',
  rowOf,
});

const nobody = '00000000-0000-0000-0000-000000000000';

export async function listReplayItems(staff: Staff, query: ListQuery<ReplayItemFilters>): Promise<Page<ReplayItem>> {
  assertCan(staff, 'federation');
  return readList(database().pool, replayItemsSource(query.filters.run ?? nobody), query);
}

export async function getReplayItem(staff: Staff, run: string, id: string): Promise<ReplayItem | undefined> {
  assertCan(staff, 'federation');
  return readOne(database().pool, replayItemsSource(run), id);
}

function conditionsOf({ q, states, expected }: ReplayItemFilters, bind: Bind): readonly string[] {
  return [
    ...(states.length === 0 ? [] : [`t.state = any (${bind(states)}::text[])`]),
    ...(expected.length === 0 ? [] : [`t.expected = any (${bind(expected)}::text[])`]),
    ...(q === undefined ? [] : [`t.event_id = ${bind(q)}::text`]),
  ];
}

function rowOf(stored: StoredItem, key: RowKey): ReplayItem {
  return {
    key,
    org: { id: stored.org_id, name: stored.org_name },
    eventId: stored.event_id,
    type: stored.type,
    state: stored.state,
    code: stored.code ?? undefined,
    expected: stored.expected ?? undefined,
    expectedCode: stored.expected_code ?? undefined,
    writes: stored.writes,
    workflowId: stored.workflow_id ?? undefined,
    orderedAt: stored.ordered_at?.getTime(),
  };
}
