import 'server-only';
import type pg from 'pg';
import { formatDuration } from '../../format/times.ts';
import { messages } from '../../messages/en.ts';

/** "Changed by dana@example.org 12 s ago", as the audit has it. */
export async function lastChange(pool: pg.Pool, orgId: string, subject: string): Promise<string> {
  const { rows } = await pool.query<{ actor: string; ago: number }>(
    `select actor, greatest(0, extract(epoch from clock_timestamp() - at) * 1000)::float8 as ago from audit_log
     where subject = $2 and org_id = $1 and outcome = 'ok' order by at desc limit 1`,
    [orgId, subject],
  );
  const [change] = rows;
  return change
    ? messages.actions.changedBy(change.actor, formatDuration(change.ago))
    : messages.actions.refusals.conflict;
}
