import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { EventRef } from '#domain/ids';
import { inTenants } from '#prisma/pool';
import { acceptAll, makeOrg } from './events.ts';

/** Leads that an earlier release rejected by a rule that has been corrected since. */
export async function rejectedLeads(db: pg.Pool, count: number, org?: string): Promise<EventRef[]> {
  const tenant = org ?? (await makeOrg(db));
  const told = Array.from(
    { length: count },
    () => ({ type: 'lead.created', data: { leadId: randomUUID(), source: 'web' } }) as const,
  );
  const refs = await acceptAll(db, tenant, told);
  await db.query(
    `with gone as (delete from event_pending where org_id = $1 returning org_id, event_id)
     insert into event_verdict (org_id, event_id, status, decided_at, received_at, rejection_code, rejection, workflow_id)
     select e.org_id, e.id, 'rejected', now(), e.received_at, 'amount_out_of_range', 'too large', 'event:old'
     from gone join event e on e.org_id = gone.org_id and e.id = gone.event_id`,
    [tenant],
  );
  const entries = refs.map(({ eventId, type }) => ({
    org_id: tenant,
    actor_type: 'system',
    actor: 'event:old',
    action: 'event.rejected',
    subject: `event/${eventId}`,
    event_id: eventId,
    verdict: 1,
    outcome: 'rejected',
    detail: { type },
  }));
  await inTenants(db, [tenant], (client) => client.query('select append_audit($1)', [JSON.stringify(entries)]));
  return refs;
}

/** A run that staff chose, in the state in which the portal leaves it. */
export async function chooseReplay(
  db: pg.Pool,
  refs: readonly EventRef[],
  status: 'planning' | 'running' = 'planning',
  ratePerS = 20,
): Promise<string> {
  const runId = randomUUID();
  await db.query(
    "insert into replay_run (id, status, ordered_by, reason, rate_per_s) values ($1, $2, 'dana@example.com', 'the rule is corrected', $3)",
    [runId, status, ratePerS],
  );
  await db.query(
    `insert into replay_item (run_id, org_id, event_id, type, received_at, state)
     select $1, e.org_id, e.id, e.type, e.received_at, $3 from unnest($2::text[]) as w(id) join event e on e.id = w.id`,
    [runId, refs.map(({ eventId }) => eventId), status === 'planning' ? 'chosen' : 'eligible'],
  );
  return runId;
}

export interface ReplayedItem {
  readonly event: string;
  readonly state: string;
  readonly code: string | null;
  readonly expected: string | null;
  readonly writes: readonly string[];
}

export async function itemsOf(db: pg.Pool, runId: string): Promise<Record<string, Omit<ReplayedItem, 'event'>>> {
  const { rows } = await db.query<ReplayedItem>(
    'select event_id as event, state, code, expected, writes from replay_item where run_id = $1 order by event_id',
    [runId],
  );
  return Object.fromEntries(rows.map(({ event, ...item }) => [event, item]));
}
