import 'server-only';
import type { PartOfAll } from '#prisma/all-reads';
import { readSums } from '#prisma/metric-reads';
import { countOf, percentileOf } from '#prisma/all-reads';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import { plusDays, utcDay } from '../../lists/buckets.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Span, Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { aiMetrics, aiOrgMetrics } from '../../metrics/usage.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { aiList, namedFeatures, otherFeatures } from './ai-list.ts';
import { readOfAllOrgs } from './all-figures.ts';
import type { AiFilters } from './ai-list.ts';
import { readCreditCourse, readReached, readMonth } from './ai-months.ts';
import type { CreditCourse, Reached, OrgMonth } from './ai-months.ts';
import { aiSource, aiSums } from './ai.service.ts';
import { readFigure, windowed } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import { currencyOrder } from './currency-order.ts';
import type { CurrencyOrder } from './currency-order.ts';
import { mainFirst } from './money-sums.ts';
import type { Money } from './money-sums.ts';
import { countMax } from './list-page.ts';
import { branchesSql } from './list-source.ts';

export interface AiSummary {
  /** Sums in millionths of a credit. */
  readonly calls: ListFigure;
  /** Of the calls that told how they ended. */
  readonly told: number;
  readonly failed: number;
  readonly cost: ListFigure;
  /** Revenue of AI in the range's days. */
  readonly billed: readonly Money[];
  /** Organisations with a limit this month, those nearest to it first. */
  readonly months: readonly OrgMonth[];
  readonly course: CreditCourse;
  readonly reached: Reached;
  /** Calls of this month; and those in the range of organisations over the lowest level. */
  readonly ofMonth: ListFigure;
  readonly ofAlerted: ListFigure;
  readonly overCap: ListFigure;
}

const inMicro = { minor: 'round(t.credits * 1000000)', currency: `'XXX'` };

export async function summarizeAi(
  staff: Staff,
  query: ListQuery<AiFilters>,
  window: Window,
  month: Window,
): Promise<AiSummary> {
  assertCan(staff, 'ai');
  const { pool } = database();
  const of = (metric: Metric) => metricFilters(aiList, metric, query, now());
  const filters = of(aiMetrics.calls);
  const ofMonthAll = of(aiMetrics.month);
  const rolled = (of: AiFilters, counts: string, sums = counts) =>
    isOfOrgs(of) ? { counts: [counts], sums: [sums], among: ['ai.credits'], orgs: of.orgs } : undefined;
  const [calls, told, failed, cost, billed, months, course, reached, ofMonth, ofAlerted, overCap] = await Promise.all([
    readFigure(pool, aiSource, filters, window, inMicro, rolled(filters, 'ai.credits')),
    readFigure(pool, toldSource, filters, window, undefined, rolled(filters, 'ai.told')),
    readFigure(pool, failedSource, filters, window, undefined, rolled(filters, 'ai.failed')),
    readFigure(pool, aiSource, of(aiMetrics.margin), window, aiSums.cost, rolled(filters, 'ai.credits', 'ai.cost')),
    readBilled(filters, window),
    readMonth(pool, now(), filters.orgs),
    readCreditCourse(pool, now(), filters.orgs),
    readReached(pool, now(), filters.orgs),
    readFigure(pool, aiSource, ofMonthAll, month, undefined, rolled(ofMonthAll, 'ai.credits')),
    readFigure(pool, aiSource, of(aiMetrics.over), window),
    readFigure(pool, aiSource, of(aiOrgMetrics.over), window, undefined, rolled(filters, 'ai.over_cap')),
  ]);
  return {
    calls,
    told: told.count,
    failed: failed.count,
    cost,
    billed,
    months,
    course,
    reached,
    ofMonth,
    ofAlerted,
    overCap,
  };
}

/** Figures of days know orgs, and nothing else that uses are filtered by. */
function isOfOrgs({ q, features, models, caps, alerts }: AiFilters): boolean {
  return q === undefined && [features, models, caps, alerts].every((words) => words.length === 0);
}

/** "ok" and "success" are good ends; any other word is an error. */
const failedSql = "t.outcome not in ('ok', 'success')";

const toldSource = outcomeSource();
const failedSource = outcomeSource(failedSql);

/** Uses whose outcome was told, or those of them that failed. */
function outcomeSource(...conditions: readonly string[]) {
  return {
    ...aiSource,
    where: (filters: AiFilters, bind: Bind) => [
      't.outcome is not null',
      ...conditions,
      ...aiSource.where(filters, bind),
    ],
  };
}

/** Whole UTC days that the range lies in, as the ledger has them. */
async function readBilled({ orgs }: AiFilters, { from, to }: Span): Promise<readonly Money[]> {
  const days = { from: utcDay(from), until: plusDays(utcDay(to - 1), 1) };
  const sums = await readSums(database().pool, ['revenue.ai'], days, orgs.length > 0 ? orgs : undefined);
  return sums.map(({ currency, minor }) => ({ currency, minor }));
}

export interface FeatureUse {
  readonly feature: string;
  readonly calls: number;
  readonly credits: string;
  /** In each currency that was told, the main one first. */
  readonly costs: readonly Money[];
  readonly latencyMs: number | undefined;
  readonly told: number;
  readonly failed: number;
}

/**
 * The range by feature: those that are told apart in their order, then the others as one. Of more calls than a list's total tells, from figures of
 * days, with a latency to within 4.5 %.
 */
export async function listFeatureUse(
  staff: Staff,
  { filters }: ListQuery<AiFilters>,
  window: Span,
): Promise<readonly FeatureUse[]> {
  assertCan(staff, 'ai');
  const { pool } = database();
  const order = await currencyOrder(pool);
  const all = isOfAll(filters) ? await readOfAllOrgs(pool, 'ai', featureFigures, window) : undefined;
  if (all && countOf(all, 'all.ai.uses') > countMax)
    return [...namedFeatures, otherFeatures].map((name) => useOf(name, all, order));
  const { text, values } = windowed(
    (bind) =>
      branchesSql(
        aiSource,
        filters,
        window,
        bind,
        undefined,
        `case when t.feature = any (${bind(namedFeatures)}) then t.feature else '${otherFeatures}' end as feature, t.credits, t.cost_minor,
          t.currency, t.latency_ms as latency, t.outcome, ${failedSql} as failed`,
      ),
    (rows) => `with r as materialized (${rows}),
      c as materialized (select r.feature, r.currency, sum(r.cost_minor) as minor from r where r.currency is not null group by 1, 2)
      select f.*, (select coalesce(json_agg(json_build_object('currency', c.currency, 'minor', c.minor::text)), '[]')
        from c where c.feature = f.feature) as costs
      from (select r.feature, count(*)::int as calls, trim_scale(sum(r.credits))::text as credits, count(r.outcome)::int as told,
          count(*) filter (where r.failed)::int as failed, percentile_cont(0.95) within group (order by r.latency) as latency from r group by 1) f`,
  );
  const { rows } = await pool.query<{
    feature: string;
    calls: number;
    credits: string;
    told: number;
    failed: number;
    latency: number | null;
    costs: { currency: string; minor: string }[];
  }>(text, values);
  const byName = new Map(rows.map((row) => [row.feature, row]));
  return [...namedFeatures, otherFeatures].map((feature) => {
    const row = byName.get(feature);
    return {
      feature,
      calls: row?.calls ?? 0,
      credits: row?.credits ?? '0',
      costs: mainFirst(
        (row?.costs ?? []).map(({ currency, minor }) => ({ currency, minor: BigInt(minor) })),
        order,
      ),
      latencyMs: row?.latency ?? undefined,
      told: row?.told ?? 0,
      failed: row?.failed ?? 0,
    };
  });
}

const featureFigures = ['all.ai.uses', 'all.ai.told', 'all.ai.failed', 'all.ai.cost', 'all.ai.latency'] as const;

function isOfAll(filters: AiFilters): boolean {
  return isOfOrgs(filters) && filters.orgs.length === 0;
}

function useOf(feature: string, all: readonly PartOfAll[], order: CurrencyOrder): FeatureUse {
  const own = all.filter(({ part }) => part === feature);
  const costs = own.flatMap(({ metric, currency, minor }) => (metric === 'all.ai.cost' ? [{ currency, minor }] : []));
  return {
    feature,
    calls: countOf(own, 'all.ai.uses'),
    credits: decimalOf(own.find(({ metric }) => metric === 'all.ai.uses')?.minor ?? 0n),
    costs: mainFirst(costs, order),
    latencyMs: percentileOf(all, 'all.ai.latency', 0.95, [feature]),
    told: countOf(own, 'all.ai.told'),
    failed: countOf(own, 'all.ai.failed'),
  };
}

/** Millionths as a decimal. */
function decimalOf(micro: bigint): string {
  const fraction = String(micro % oneMicro)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${micro / oneMicro}${fraction && `.${fraction}`}`;
}

const oneMicro = 1_000_000n;
