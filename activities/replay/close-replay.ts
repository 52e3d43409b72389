import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { inTenants } from '#prisma/pool';

/** Ends the plan of a run, or the run itself; what is ended already stays so. Returns its status. */
export async function closeReplay(db: pg.Pool, runId: string, isStopped: boolean): Promise<string> {
  return inTenants(db, [providerChain], async (client) => {
    const { rows } = await client.query<{ status: string; was: string; ordered_by: string; reason: string | null }>(
      `update replay_run r set touched_at = clock_timestamp(),
         status = case when $2 or r.cancel_asked_at is not null then 'cancelled' when r.status = 'planning' then 'planned' else 'done' end,
         finished_at = case when r.status = 'running' or $2 or r.cancel_asked_at is not null then clock_timestamp() end
       from (select id, status from replay_run where id = $1 for update) was
       where r.id = was.id and was.status in ('planning', 'running') returning r.status, was.status as was, r.ordered_by, r.reason`,
      [runId, isStopped],
    );
    const [closed] = rows;
    if (!closed) return readStatus(client, runId);
    if (closed.was === 'running') await audit(client, runId, closed);
    return closed.status;
  });
}

async function audit(
  client: pg.ClientBase,
  runId: string,
  {
    status,
    ordered_by: actor,
    reason,
  }: { readonly status: string; readonly ordered_by: string; readonly reason: string | null },
) {
  const { rows } = await client.query<{ state: string; count: number }>('select state, count from replay_counts($1)', [
    runId,
  ]);
  const counts = Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  const entry = {
    org_id: providerChain,
    actor_type: 'system',
    actor: `replay:${runId}`,
    action: 'replay.finished',
    subject: `replay/${runId}`,
    detail: { status, counts, orderedBy: actor, reason },
  };
  await client.query('select append_audit($1)', [JSON.stringify([entry])]);
}

async function readStatus(client: pg.ClientBase, runId: string): Promise<string> {
  const { rows } = await client.query<{ status: string }>('select status from replay_run where id = $1', [runId]);
  return rows[0]?.status ?? 'unknown';
}
