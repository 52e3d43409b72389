import 'server-only';
import { dayMs } from '#domain/instants';
import type { Bind } from '../../lists/bind.ts';
import { now } from '../../server/now.ts';

/** Whether a window's latest usage came in the last 24 hours; without any it did not. */
export function reportedSince(bind: Bind): string {
  return `coalesce((select u.received_at from usage_meter u where u.org_id = t.org_id and u.meter = t.meter
    and u.window_start >= t.period_start and u.window_start < t.period_end order by u.window_start desc limit 1) >= ${bind(dayBefore())}, false)`;
}

export const runningColumns = 't.org_id, t.meter, t.period_start, t.period_end';

/**
 * How many windows there are and how many reported. A meter's latest usage is looked up once for all of its windows; where it lies after one of them,
 * what came in that one is looked up by itself.
 */
export function runningSql(rows: string, bind: Bind): string {
  return `with running as materialized (${rows}),
      meters as (select org_id, meter, max(period_end) as until from running group by 1, 2 order by 1, 2)
    select count(*)::int as expected, count(*) filter (where case
        when l.window_start is null or l.window_start < t.period_start then false
        when l.window_start < t.period_end then l.received_at >= ${bind(dayBefore())}
        else ${reportedSince(bind)} end)::int as reporting
    from running t left join (
      select m.org_id, m.meter, u.window_start, u.received_at from meters m cross join lateral (
        select u.window_start, u.received_at from usage_meter u
        where u.org_id = m.org_id and u.meter = m.meter and u.window_start < m.until order by u.window_start desc limit 1) u
    ) l on l.org_id = t.org_id and l.meter = t.meter`;
}

function dayBefore(): Date {
  return new Date(now() - dayMs);
}
