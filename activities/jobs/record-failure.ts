import type pg from 'pg';
import { codeOf } from '#domain/database-errors';
import { inTenants } from '#prisma/pool';
import type { HeldSlot } from './job-activities.ts';
import { recordJobEvents } from './record-job-events.ts';

/** Names an org for which a job failed. Key: (job, slot, holder, org): once, however often the page is repeated. */
export async function recordFailure(db: pg.Pool, held: HeldSlot, orgId: string, error: unknown): Promise<void> {
  const code = failureCode(error);
  await inTenants(db, [orgId], async (client) => {
    const { rowCount } = await client.query({
      text: `insert into job_org_failure (job, slot, holder, org_id, code, at) values ($1, $2, $3, $4, $5, clock_timestamp())
        on conflict do nothing`,
      values: [held.job, held.slot, held.holder, orgId, code],
    });
    if (rowCount === 0) return;
    await recordJobEvents(client, held, [
      { action: 'job.org_failed', orgId, outcome: 'failed', detail: { run: held.holder, code } },
    ]);
  });
}

/** Names of the schema and of classes only: what a message quotes may be a tenant's. */
export function failureCode(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  const constraint =
    typeof error === 'object' && error !== null && 'constraint' in error ? error.constraint : undefined;
  return [codeOf(error) ?? name, typeof constraint === 'string' ? constraint : ''].filter(Boolean).join(' ');
}
