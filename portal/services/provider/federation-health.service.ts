import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Window } from '../../lists/windows.ts';
import { database } from '../../server/database.ts';
import { noFilters } from './deliveries-sql.ts';
import { countByCode, summarizeDeliveries } from './federation.service.ts';
import type { CountOf, DeliveriesSummary } from './federation.service.ts';
import { ofOrgs, some } from './of-orgs.ts';

/** How the gateway did in a window. */
export interface FederationHealth {
  readonly log: DeliveriesSummary;
  /** Deliveries whose first request was answered 2xx, of all deliveries: whoever failed to authenticate belongs to none. */
  readonly firstTime: { readonly good: number; readonly all: number };
  /** From receipt to decision, of the newest events. */
  readonly p95Ms: number | undefined;
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
  const [log, failed, p95Ms, codes] = await Promise.all([
    summarizeDeliveries(staff, { ...noFilters, orgs }, window),
    readFailedFirst(window, orgs),
    readP95(window, orgs),
    countByCode(staff, window, orgs),
  ]);
  const all = log.accepted.value + failed.never;
  return { log, firstTime: { good: all - failed.first, all }, p95Ms, codes };
}

/** Deliveries whose first request was refused, and those of them that never came in. */
async function readFailedFirst(
  { from, to }: Window,
  orgs: readonly string[],
): Promise<{ readonly first: number; readonly never: number }> {
  const { rows } = await database().pool.query<{ first: number; never: number }>(
    `select count(*)::int as first, count(*) filter (where not came)::int as never from (
       select a.org_id, a.idempotency_key, bool_or(e.id is not null) as came, bool_or(e.received_at < a.at) as had_come
       from delivery_attempt a left join event e on e.org_id = a.org_id and e.id = a.event_id
       where a.status >= 300 and a.at >= $1 and a.at < $2 and a.org_id is not null and a.idempotency_key is not null${ofOrgs('a.org_id', orgs, 3)}
       group by 1, 2) d where had_come is not true`,
    [new Date(from), new Date(to), ...some(orgs)],
  );
  return rows[0] ?? { first: 0, never: 0 };
}

async function readP95({ from, to }: Window, orgs: readonly string[]): Promise<number | undefined> {
  const { rows } = await database().pool.query<{ ms: number | null }>(
    `select (extract(epoch from percentile_disc(0.95) within group (order by v.decided_at - v.received_at)) * 1000)::float8 as ms
     from (select e.org_id, e.id from event e where e.received_at >= $1 and e.received_at < $2${ofOrgs('e.org_id', orgs, 3)} order by e.received_at desc, e.id desc limit ${measuredMax}) n
     join event_verdict v on v.org_id = n.org_id and v.event_id = n.id where v.verdicts = 1`,
    [new Date(from), new Date(to), ...some(orgs)],
  );
  return rows[0]?.ms ?? undefined;
}
