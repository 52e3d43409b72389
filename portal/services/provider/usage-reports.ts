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
 * How many windows there are and how many reported. A meter's latest usage is kept, but of organisations with usage that no figures were made of since;
 * of those, and where the latest lies after a window, what came in that one is looked up.
 */
export function runningSql(rows: string, bind: Bind): string {
  return `select count(*)::int as expected, count(*) filter (where case
        when d.org_id is not null or l.window_start >= t.period_end then ${reportedSince(bind)}
        else l.window_start >= t.period_start and l.received_at >= ${bind(dayBefore())} end)::int as reporting
    from (${rows}) t left join usage_latest l on l.org_id = t.org_id and l.meter = t.meter
      left join due_for_metrics(array['usage']) d on d.org_id = t.org_id`;
}

function dayBefore(): Date {
  return new Date(now() - dayMs);
}
