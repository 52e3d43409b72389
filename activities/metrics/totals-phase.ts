import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import { metricNames, metrics } from '#domain/metrics';
import { stockNames } from '#domain/stocks';
import { instantText } from '../instant-text.ts';
import { inRange, type JobPhase } from '../jobs/job-phase.ts';
import { providerOrg } from './provider-org.ts';

/**
 * Computes what is of all orgs together, and sums up all orgs, for the days that changed, and says through when each metric is up to date: the
 * slot, or the oldest change that is not in it yet. After the phases that compute the days. And keeps of a day that just ended what there was then of
 * which rows do not tell it later.
 * Key: the provider's marks, deleted by the database's function that computes what they are about; of what is kept, the day.
 */
export function totalsPhase(db: pg.Pool, now: () => EpochMs): JobPhase {
  return {
    name: 'totals',
    setSize: 1,
    orgOf: () => providerOrg,
    due: (_slot, range) => Promise.resolve(inRange([providerOrg], range)),
    async apply(_ids, { at }) {
      for (let isMore = true; isMore;) isMore = await totalSome(db, at);
      const topics = Object.fromEntries(metricNames.map((name) => [name, metrics[name].topic]));
      const { rows } = await db.query<{ days: string }>({
        name: 'total-metric-days',
        text: 'select total_metric_days($1, $2)::text as days',
        values: [instantText(at), JSON.stringify(topics)],
      });
      await db.query({
        name: 'keep-stocks',
        text: 'select keep_stocks($1, $2)',
        values: [instantText(now()), stockNames],
      });
      return { daysTotalled: Number(rows[0]?.days ?? 0) };
    },
  };
}

const daysAtOnce = 30;

/** Gives whether there is more to do. */
async function totalSome(db: pg.Pool, at: EpochMs): Promise<boolean> {
  const { rows } = await db.query<{ more: number }>({
    name: 'total-all-orgs',
    text: 'select total_all_orgs($1, $2) as more',
    values: [instantText(at), daysAtOnce],
  });
  return (rows[0]?.more ?? 0) > 0;
}
