import type pg from 'pg';
import { metricsOf, metricTopics, type MetricTopic } from '#domain/metrics';
import { groupBy } from '../billing/group-by.ts';
import type { DirtyDay } from './marks.ts';
import { providerOrg } from './provider-org.ts';

/**
 * Computes the figures of days again from their source, one statement a topic, and marks the totals of what changed. Never counted up.
 * Key: (metric, day, org, currency).
 */
export async function recomputeDays(client: pg.ClientBase, dirty: readonly DirtyDay[]): Promise<number> {
  const byTopic = groupBy(dirty, ({ topic }) => topic);
  let changed = 0;
  for (const topic of metricTopics) {
    const days = byTopic.get(topic) ?? [];
    if (days.length > 0) changed += await recomputeTopic(client, topic, days);
  }
  return changed;
}

// `not in`, unlike `not exists`, is looked up in a table made once for the statement, whatever joins are allowed.
async function recomputeTopic(client: pg.ClientBase, topic: MetricTopic, days: readonly DirtyDay[]): Promise<number> {
  const { rowCount } = await client.query({
    name: `recompute-${topic}`,
    text: `with fresh as materialized (select * from metrics_of_${topic}($1::text[], $2::date[])),
      gone as (
        delete from metric_day m using unnest($1::text[], $2::date[]) as d (org_id, day)
        where split_part(m.metric, ':', 1) = any ($3) and m.day = d.day and m.org_id = d.org_id
          and (m.metric, m.day, m.org_id, m.currency) not in (select metric, day, org_id, currency from fresh)
        returning m.metric, m.day),
      put as (
        insert into metric_day as t (metric, day, org_id, currency, n, minor) select metric, day, org_id, currency, n, minor from fresh
        on conflict (metric, day, org_id, currency) do update set n = excluded.n, minor = excluded.minor
          where t.n <> excluded.n or t.minor <> excluded.minor
        returning t.metric, t.day)
      insert into metric_mark (org_id, topic, day)
        select '${providerOrg}', metric, day from (select metric, day from gone union select metric, day from put) changed`,
    values: [days.map(({ orgId }) => orgId), days.map(({ day }) => day), metricsOf(topic)],
  });
  return rowCount ?? 0;
}
