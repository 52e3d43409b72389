import type pg from 'pg';
import { metricTopics } from '#domain/metrics';
import { topicsOfAll } from '#domain/metrics-of-all';
import { withoutIndices } from './without-indices.ts';

/** Figures of all days of all orgs, by the functions that the job computes them with, a quarter of a year at a time, and their totals. */
export async function rollUpAll(client: pg.ClientBase): Promise<void> {
  // What the functions read is known to be large before they are planned, and a quarter of a year of it is sorted in memory.
  await client.query("analyze; set work_mem = '128MB'");
  await withoutIndices(client, 'metric_day', async () => {
    for (const topic of metricTopics)
      for (let first = 0; first < days; first += daysAtOnce)
        await client.query(
          `insert into metric_day (metric, day, org_id, currency, n, minor)
           select f.metric, f.day, f.org_id, f.currency, f.n, f.minor
           from (select array_agg(id) as ids, array_agg($1::date) as days from org) o, metrics_of_${topic}(o.ids, o.days, $2::int) f
           order by f.metric, f.day, f.org_id`,
          [new Date(start + first * dayMs), Math.min(daysAtOnce, days - first)],
        );
  });
  await client.query(
    `insert into metric_day_total (metric, day, currency, n, minor)
     select metric, day, currency, sum(n), sum(minor) from metric_day group by metric, day, currency`,
  );
  await client.query(
    'insert into mrr_month select m.* from (select array_agg(id) as ids from org) o, mrr_months_of(o.ids) m',
  );
  await client.query(
    'insert into usage_latest select l.* from (select array_agg(id) as ids from org) o, usage_latest_of(o.ids) l',
  );
  // What is of all orgs together, by the function of the job.
  await client.query(
    `insert into metric_mark (org_id, topic, day)
     select '_provider', 'all:' || topic, $1::date + d from unnest($2::text[]) as topic, generate_series(0, $3::int - 1) as d`,
    [new Date(start), topicsOfAll, days],
  );
  await client.query(
    `insert into metric_mark (org_id, topic, day) select distinct '_provider', 'all:mrr', month from mrr_month`,
  );
  for (let left = 1; left > 0;) {
    const { rows } = await client.query<{ left: number }>('select total_all_orgs($1, $2) as left', [
      new Date(start + days * dayMs),
      daysAtOnce,
    ]);
    left = rows[0]?.left ?? 0;
  }
}

const dayMs = 24 * 3_600_000;
/** From a day before the first row to some after the last: what follows a row, such as its payment, comes later. */
const start = Date.UTC(2025, 9, 15);
const days = 430;
const daysAtOnce = 90;
