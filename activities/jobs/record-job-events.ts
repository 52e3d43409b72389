import type pg from 'pg';
import type { JobName } from '#domain/jobs';

/** The audit chain of what concerns no org. */
export const provider = '_provider';

export interface JobEvent {
  readonly action:
    | 'job.started'
    | 'job.covered'
    | 'job.org_failed'
    | 'job.finished'
    | 'invariant.broken'
    | 'parked'
    | 'unparked';
  /** Whose chain; the provider's where nothing is said. */
  readonly orgId?: string;
  readonly subject?: string;
  readonly outcome?: 'ok' | 'failed';
  readonly detail: object;
}

/** Appends to the audit trail what a job did. The transaction must speak for the orgs. Key: its caller's, in the same transaction. */
export async function recordJobEvents(
  client: pg.ClientBase,
  { job, slot }: { readonly job: JobName; readonly slot: string },
  events: readonly JobEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const entries = events.map(({ action, orgId = provider, subject = `${job}/${slot}`, outcome = 'ok', detail }) => ({
    org_id: orgId,
    actor_type: 'system',
    actor: `job:${job}:${slot}`,
    action,
    subject,
    outcome,
    detail,
  }));
  await client.query('select append_audit($1)', [JSON.stringify(entries)]);
}
