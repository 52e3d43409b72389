import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Span, Window } from '../../lists/windows.ts';
import { database } from '../../server/database.ts';
import { noFilters } from './deliveries-sql.ts';
import { summaryParts } from './delivery-figures.ts';
import type { Figure } from './delivery-figures.ts';
import { countAccepted, countByCode, summarizeDeliveries } from './federation.service.ts';
import type { CountOf, DeliveriesSummary } from './federation.service.ts';
import { ofOrgs, some } from './of-orgs.ts';
import { partMs, partSql } from './window-parts.ts';
import type { TimeFigure } from './time-figures.ts';

/** Deliveries whose first request was answered 2xx, of all deliveries: whoever failed to authenticate belongs to none. */
export interface FirstTime {
  readonly good: number;
  readonly all: number;
}

/** In a window, in the one before, and in the window's parts. */
export interface FirstTimes {
  readonly now: FirstTime;
  readonly before: FirstTime;
  readonly parts: readonly FirstTime[];
}

/** How the gateway did in a window. */
export interface FederationHealth {
  readonly log: DeliveriesSummary;
  readonly firstTime: FirstTimes;
  /** From receipt to decision, of the newest events, in each part of the window as well. */
  readonly p95: Omit<TimeFigure, 'medianMs'> & { readonly ms: number | undefined };
  readonly codes: readonly CountOf[];
}

/** As many of the newest events as the 95th percentile is told from. */
const measuredMax = 2_000;

/** Of all organisations, or of those that are named. */
export async function readHealth(
  staff: Staff,
  window: Window,
  orgs: readonly string[] = [],
): Promise<FederationHealth> {
  assertCan(staff, 'federation');
  const log = summarizeDeliveries(staff, { ...noFilters, orgs }, window);
  const [firstTime, p95, before, codes] = await Promise.all([
    firstTimesOf(
      log.then(({ accepted }) => accepted),
      window,
      orgs,
    ),
    readP95(window, window, orgs),
    readP95(window.previous, window, orgs),
    countByCode(staff, window, orgs),
  ]);
  return {
    log: await log,
    firstTime,
    p95: {
      ms: p95.find(({ part }) => part === null)?.ms,
      beforeMs: before.find(({ part }) => part === null)?.ms,
      partsMs: firstTime.parts.map((_, at) => p95.find(({ part }) => part === at)?.ms),
    },
    codes,
  };
}

/** Of all organisations, or of those that are named: that alone. */
export async function readFirstTimes(staff: Staff, window: Window, orgs: readonly string[]): Promise<FirstTimes> {
  return firstTimesOf(countAccepted(staff, { ...noFilters, orgs }, window), window, orgs);
}

async function firstTimesOf(read: Promise<Figure>, window: Window, orgs: readonly string[]): Promise<FirstTimes> {
  const [accepted, failed, failedBefore] = await Promise.all([
    read,
    readFailedFirst(window, window, orgs),
    readFailedFirst(window.previous, window, orgs),
  ]);
  const firstOf = (count: number, rows: readonly FailedFirst[]) => {
    const [first, never] = (['first', 'never'] as const).map((of) => rows.reduce((sum, row) => sum + row[of], 0));
    const all = count + (never ?? 0);
    return { good: Math.max(0, all - (first ?? 0)), all };
  };
  const parts = accepted.parts.map((count, at) =>
    firstOf(
      count,
      failed.filter(({ part }) => part === at),
    ),
  );
  return { now: firstOf(accepted.value, failed), before: firstOf(accepted.previous, failedBefore), parts };
}

interface FailedFirst {
  readonly part: number;
  readonly first: number;
  readonly never: number;
}

/** Deliveries whose first request was refused, and those of them that never came in, in each part of a span. */
async function readFailedFirst(
  { from, to }: Span,
  window: Window,
  orgs: readonly string[],
): Promise<readonly FailedFirst[]> {
  const { rows } = await database().pool.query<FailedFirst>(
    `select ${partSql('d.at', '$1', '$3')} as part, count(*)::int as first, count(*) filter (where not came)::int as never from (
       select a.org_id, a.idempotency_key, min(a.at) as at, bool_or(e.id is not null) as came, bool_or(e.received_at < a.at) as had_come
       from delivery_attempt a left join event e on e.org_id = a.org_id and e.id = a.event_id
       where a.status >= 300 and a.at >= $1 and a.at < $2 and a.org_id is not null and a.idempotency_key is not null${ofOrgs('a.org_id', orgs, 4)}
       group by 1, 2) d where had_come is not true group by 1`,
    [new Date(from), new Date(to), partMs(window, summaryParts), ...some(orgs)],
  );
  return rows;
}

async function readP95(
  { from, to }: Span,
  window: Window,
  orgs: readonly string[],
): Promise<readonly { readonly part: number | null; readonly ms: number }[]> {
  const { rows } = await database().pool.query<{ part: number | null; ms: number }>(
    `with n as materialized (
       select e.org_id, e.id, e.received_at from event e where e.received_at >= $1 and e.received_at < $2${ofOrgs('e.org_id', orgs, 4)} order by e.received_at desc, e.id desc limit ${measuredMax})
     select s.part, (extract(epoch from percentile_disc(0.95) within group (order by s.took)) * 1000)::float8 as ms
     from (select ${partSql('n.received_at', '$1', '$3')} as part, v.decided_at - v.received_at as took
       from n join event_verdict v on v.org_id = n.org_id and v.event_id = n.id
       where v.verdicts = 1 and v.received_at >= $1 and v.received_at < $2 and v.received_at >= (select min(n.received_at) from n)) s
     group by grouping sets ((), (s.part)) having count(*) > 0`,
    [new Date(from), new Date(to), partMs(window, summaryParts), ...some(orgs)],
  );
  return rows;
}
