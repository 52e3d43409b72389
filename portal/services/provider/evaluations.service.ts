import 'server-only';
import { dayMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { createBinder } from '../../lists/bind.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import { evaluationMetrics } from '../../metrics/developer.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { distinctValues } from './distinct-values.ts';
import { evaluationsList } from './evaluations-list.ts';
import type { EvaluationFilters, EvaluationStatus } from './evaluations-list.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { literally } from './found-rows.ts';
import { readList, readOne, rowsSql } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Sums } from './money-sums.ts';

export interface EvaluationRow {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly suite: string;
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  readonly model: string | undefined;
  readonly passed: number;
  readonly failed: number;
  /** Of the run before it of the same organisation, suite and branch. */
  readonly before: { readonly id: string; readonly passed: number; readonly failed: number } | undefined;
  readonly costMinor: bigint | undefined;
  readonly currency: string | undefined;
  readonly durationMs: number | undefined;
  readonly latencyMs: number | undefined;
  readonly completedAt: number;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly suite: string;
  readonly branch: string;
  readonly commit: string | null;
  readonly model: string | null;
  readonly passed: string;
  readonly failed: string;
  readonly before_id: string | null;
  readonly before_passed: string | null;
  readonly before_failed: string | null;
  readonly cost_minor: string | null;
  readonly currency: string | null;
  readonly duration_ms: string | null;
  readonly latency_ms: string | null;
  readonly completed_at: Date;
}

const line = 'n.org_id = t.org_id and n.suite = t.suite and n.branch = t.branch';
const newestFirst = 'order by n.completed_at desc, n.id desc limit 1';
const statusSql = { passing: 't.failed = 0', failing: 't.failed > 0' } as const satisfies Record<
  EvaluationStatus,
  string
>;

export const evaluationSums = {
  cost: { minor: 't.cost_minor', currency: 't.currency' },
} satisfies Sums;

export const evaluationsSource: ListSource<EvaluationFilters, Stored, EvaluationRow> = {
  table: 'evaluation_run',
  at: 'completed_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, suites, branches, models }) => ({
    't.suite': suites,
    't.branch': branches,
    't.model': models,
    't.org_id': orgs,
  }),
  where: (filters, bind) => conditionsOf(filters, bind),
  columns: `t.id, t.org_id, o.name as org_name, t.suite, t.branch, t.commit, t.model, t.passed, t.failed, b.id as before_id,
    b.passed as before_passed, b.failed as before_failed, t.cost_minor, t.currency, t.duration_ms, t.latency_ms, t.completed_at`,
  joins: `join org o on o.id = t.org_id left join lateral (select n.id, n.passed, n.failed from evaluation_run n
    where ${line} and (n.completed_at, n.id) < (t.completed_at, t.id) ${newestFirst}) b on true`,
  sums: evaluationSums,
  rowOf,
};

export async function listEvaluations(staff: Staff, query: ListQuery<EvaluationFilters>): Promise<Page<EvaluationRow>> {
  assertCan(staff, 'dev-aids');
  return readList(database().pool, evaluationsSource, query);
}

export async function readEvaluation(staff: Staff, id: string): Promise<EvaluationRow | undefined> {
  assertCan(staff, 'dev-aids');
  return readOne(database().pool, evaluationsSource, id);
}

/** What the filters offer. */
export async function listEvaluationWords(staff: Staff) {
  assertCan(staff, 'dev-aids');
  const { pool } = database();
  const [suites, branches, models] = await Promise.all(
    ['suite', 'branch', 'model'].map((column) => distinctValues(pool, 'evaluation_run', column)),
  );
  return { suites: suites ?? [], branches: (branches ?? []).filter((branch) => branch !== ''), models: models ?? [] };
}

export interface EvaluationsSummary {
  /** The newest run that the filters leave, whenever it was. */
  readonly last: EvaluationRow | undefined;
  /** Up to 30 runs of its organisation, suite and branch, oldest first; it is the last. */
  readonly course: readonly EvaluationRow[];
  /** Newest runs of their suite and branch that fail; the sum is of their failing cases. */
  readonly failing: ListFigure;
  /** Likewise of the window before, as runs stood when it ended. */
  readonly failingBefore: ListFigure;
  readonly runs: ListFigure;
}

export async function summarizeEvaluations(
  staff: Staff,
  query: ListQuery<EvaluationFilters>,
  window: Window,
): Promise<EvaluationsSummary> {
  assertCan(staff, 'dev-aids');
  const { pool } = database();
  const { filters } = query;
  const failingNow = metricFilters(evaluationsList, evaluationMetrics.failing, query, now());
  const cases = { minor: 't.failed', currency: `'XXX'` };
  const before = { ...window.previous, previous: { from: window.previous.from, to: window.previous.from } };
  const [[last], failing, failingBefore, runs] = await Promise.all([
    readNewest(filters, 1),
    readFigure(pool, evaluationsSource, failingNow, withToday(window), cases),
    readFigure(pool, sourceAsOf(before.to), failingNow, before, cases),
    readFigure(pool, evaluationsSource, filters, window),
  ]);
  const earlier = last ? await readNewest(lineOf(last), chartRuns - 1, last.key) : [];
  return { last, course: last ? [...earlier.toReversed(), last] : [], failing, failingBefore, runs };
}

/** All of the running day is part of it. */
function withToday({ today, ...window }: Window): Window {
  return today ? { ...window, to: today.from + dayMs } : window;
}

/** The runs as they stood then: which was the newest of its line is told by those before. */
function sourceAsOf(until: number): typeof evaluationsSource {
  return { ...evaluationsSource, where: (filters, bind) => conditionsOf(filters, bind, until) };
}

/** The runs that it is compared with. */
function lineOf({ org, suite, branch = '' }: EvaluationRow): EvaluationFilters {
  return {
    ...evaluationsList.parse({}, { zone: 'UTC', now: now() }).filters,
    orgs: [org.id],
    suites: [suite],
    branches: [branch],
  };
}

const chartRuns = 30;

/** The newest runs that the filters leave, oldest first, and as many as came before them; undefined where there were not so many. */
export async function listEvaluationCourse(
  staff: Staff,
  { filters }: ListQuery<EvaluationFilters>,
): Promise<EvaluationCourse> {
  assertCan(staff, 'dev-aids');
  const found = await readNewest(filters, 2 * chartRuns);
  const runs = found.slice(0, chartRuns).toReversed();
  return { runs, before: runs.map((_, at) => found[2 * runs.length - 1 - at]) };
}

export interface EvaluationCourse {
  readonly runs: readonly EvaluationRow[];
  readonly before: readonly (EvaluationRow | undefined)[];
}

/** Those before a run, or of all. */
async function readNewest(filters: EvaluationFilters, limit: number, before?: RowKey): Promise<EvaluationRow[]> {
  const { values, bind } = createBinder();
  const walked = { walk: 'desc', cursor: before, limit } as const;
  const text = rowsSql(evaluationsSource, { filters, range: undefined }, bind, walked, evaluationsSource.columns);
  const { rows } = await database().pool.query<Stored>(text, values);
  return rows.map((stored) =>
    rowOf(stored, { id: `${stored.org_id}:${stored.id}`, at: stored.completed_at.getTime() }),
  );
}

function conditionsOf(
  { q, statuses, places, commit }: EvaluationFilters,
  bind: Bind,
  until?: number,
): readonly string[] {
  const [status] = statuses;
  const newest = () =>
    `${line}${until === undefined ? '' : ` and n.completed_at < ${bind(new Date(until))}`} ${newestFirst}`;
  return [
    ...(status && statuses.length === 1 ? [statusSql[status]] : []),
    // A look-up per row: as a join the planner would read the table for it.
    ...(places.length === 0 ? [] : [`t.id = (select n.id from evaluation_run n where ${newest()})`]),
    ...(commit === undefined ? [] : [`t.commit like ${bind(`${literally(commit)}%`)}`]),
    // By id in every org.
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (select o.id, ${bind(q)} from org o)`]),
  ];
}

function rowOf(stored: Stored, key: RowKey): EvaluationRow {
  const { before_id: before } = stored;
  return {
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    suite: stored.suite,
    branch: stored.branch === '' ? undefined : stored.branch,
    commit: stored.commit ?? undefined,
    model: stored.model ?? undefined,
    passed: Number(stored.passed),
    failed: Number(stored.failed),
    before:
      before === null
        ? undefined
        : { id: before, passed: Number(stored.before_passed), failed: Number(stored.before_failed) },
    costMinor: stored.cost_minor === null ? undefined : BigInt(stored.cost_minor),
    currency: stored.currency ?? undefined,
    durationMs: numberOf(stored.duration_ms),
    latencyMs: numberOf(stored.latency_ms),
    completedAt: stored.completed_at.getTime(),
  };
}

function numberOf(text: string | null) {
  return text === null ? undefined : Number(text);
}
