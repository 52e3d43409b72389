import type pg from 'pg';
import { textArray } from '../array-parameters.ts';
import type { JobName } from '#domain/jobs';
import type { Counts, SlotAt } from '../jobs/job-phase.ts';

/**
 * Says in the audit trail of which orgs usage came while they were rated. What of it these lines do not count yet, the next rating bills. To be asked
 * last in a transaction that took the marks: what it sees now was committed meanwhile. Key: the mark, which is there until the next rating.
 */
export async function noteMeanwhile(
  client: pg.ClientBase,
  orgIds: readonly string[],
  job: JobName,
  { slot }: SlotAt,
): Promise<Counts> {
  const { rows } = await client.query<{ org_id: string; meters: string[] }>({
    name: 'usage-came-meanwhile',
    text: `select org_id, array_agg(distinct meter order by meter) as meters from rating_mark
      where org_id = any($1) and stream = 'usage' group by org_id`,
    values: [textArray(orgIds)],
  });
  if (rows.length === 0) return {};
  const entries = rows.map(({ org_id, meters }) => ({
    org_id,
    actor_type: 'system',
    actor: `job:${job}:${slot}`,
    action: 'rating.usage_came',
    subject: `${job}/${slot}`,
    outcome: 'ok',
    detail: { meters, leftTo: 'the next rating' },
  }));
  await client.query('select append_audit($1)', [JSON.stringify(entries)]);
  return { orgsWithUsageMeanwhile: rows.length };
}
