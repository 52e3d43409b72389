import type pg from 'pg';
import { metricTopics } from '#domain/metrics';
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
}

const dayMs = 24 * 3_600_000;
/** From a day before the first row to some after the last: what follows a row, such as its payment, comes later. */
const start = Date.UTC(2025, 9, 15);
const days = 430;
const daysAtOnce = 90;
