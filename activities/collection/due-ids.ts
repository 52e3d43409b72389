import type pg from 'pg';
import { instantText } from '../instant-text.ts';
import type { EpochMs } from '#domain/instants';
import type { IdRange } from '../jobs/job-phase.ts';

type DueFunction =
  | 'due_for_asking'
  | 'due_for_refund_asking'
  | 'due_for_collection'
  | 'due_for_expiry'
  | 'due_for_disputes'
  | 'due_for_provider_match'
  | 'due_for_schedule'
  | 'due_for_alert_notices';

/** Ids that a function of the database lists as due, those of a page only where one is given. */
export async function dueIds(
  db: pg.Pool,
  name: DueFunction,
  at: EpochMs,
  range: IdRange | undefined,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from ${name}($1) where ($2::text is null or id collate "C" > $2) and ($3::text is null or id collate "C" <= $3)
     order by id collate "C"`,
    [instantText(at), range?.after, range?.until],
  );
  return rows.map(({ id }) => id);
}
