import type pg from 'pg';
import type { EventRef } from '#domain/ids';
import { inTenants, keyedPlans } from '#prisma/pool';
import { dryRun } from './dry-run.ts';
import type { ReplayStep } from './replay-activities.ts';
import { readItems, readReplay } from './resources.ts';

const pageSize = 50;

/** Says of some chosen events what a replay would do with each. Writes nothing but its own rows. */
export async function planReplayPage(db: pg.Pool, runId: string): Promise<ReplayStep> {
  const run = await readReplay(db, runId);
  if (run?.status !== 'planning' || run.isCancelAsked) return { isOver: true };
  const page = await readItems(db, runId, 'chosen', pageSize);
  if (page.length === 0) return { isOver: true };
  const refs = await withWholeThings(db, runId, page);
  const states = await readStates(db, refs);
  const eligible = new Set(states.filter(({ state }) => state === 'eligible').map(nameOfState));
  const isEligible = (ref: EventRef) => eligible.has(nameOf(ref));
  const foreseen = new Map((await dryRun(db, refs.filter(isEligible))).map((one) => [nameOf(one), one]));
  const rows = states.map((one) => {
    const seen = foreseen.get(nameOfState(one));
    return { ...one, expected: seen?.expected ?? null, expected_code: seen?.code ?? null, writes: seen?.writes ?? [] };
  });
  await inTenants(db, tenantsOf(refs), async (client) => {
    await client.query(
      `update replay_item i set state = p.state, code = p.code, expected = p.expected, expected_code = p.expected_code, writes = p.writes
       from json_to_recordset($2) as p(org_id text, event_id text, state text, code text, expected text, expected_code text, writes text[])
       where i.run_id = $1 and i.org_id = p.org_id and i.event_id = p.event_id and i.state = 'chosen'`,
      [runId, JSON.stringify(rows)],
    );
    await client.query('update replay_run set touched_at = clock_timestamp() where id = $1', [runId]);
  });
  return { isOver: false };
}

/**
 * A page, and what else is chosen of the things that it is about: an event that waits for another of its thing is judged with it, wherever the
 * page would end.
 */
async function withWholeThings(db: pg.Pool, runId: string, page: readonly EventRef[]): Promise<readonly EventRef[]> {
  const { rows } = await inTenants(
    db,
    tenantsOf(page),
    (client) =>
      client.query<EventRef>(
        `select distinct i.org_id as "tenantId", i.event_id as "eventId", i.type
         from unnest($2::text[], $3::text[]) as w(org_id, event_id)
         join event e on e.org_id = w.org_id and e.id = w.event_id
         join event s on s.org_id = e.org_id and s.entity_kind = e.entity_kind and s.entity_id = e.entity_id
         join replay_item i on i.run_id = $1 and i.org_id = s.org_id and i.event_id = s.id and i.state = 'chosen'`,
        [runId, page.map(({ tenantId }) => tenantId), page.map(({ eventId }) => eventId)],
      ),
    keyedPlans,
  );
  const known = new Set(page.map(nameOf));
  return [...page, ...rows.filter((one) => !known.has(nameOf(one)))];
}

function nameOf({ tenantId, eventId }: Pick<EventRef, 'tenantId' | 'eventId'>) {
  return `${tenantId}/${eventId}`;
}

function nameOfState({ org_id: tenantId, event_id: eventId }: ItemState) {
  return nameOf({ tenantId, eventId });
}

interface ItemState {
  readonly org_id: string;
  readonly event_id: string;
  readonly state: 'eligible' | 'already_applied' | 'skipped';
  readonly code: string | null;
}

/** Rejected events, and those that failed by a defect, can be judged again; what merely waits is on its way. */
async function readStates(db: pg.Pool, refs: readonly EventRef[]): Promise<ItemState[]> {
  return inTenants(
    db,
    tenantsOf(refs),
    async (client) => {
      const { rows } = await client.query<ItemState>(
        `select w.org_id, w.event_id, case
            when p.event_id is not null then case when p.isolated_at is null then 'skipped' else 'eligible' end
            when v.status = 'applied' then 'already_applied' when v.status = 'rejected' then 'eligible' else 'skipped' end as state,
          case when p.event_id is not null then case when p.isolated_at is null then 'still_waiting' end
            when v.status is null then 'unknown_event' end as code
         from unnest($1::text[], $2::text[]) as w(org_id, event_id)
         left join event_pending p on p.org_id = w.org_id and p.event_id = w.event_id
         left join event_verdict v on v.org_id = w.org_id and v.event_id = w.event_id`,
        [refs.map((ref) => ref.tenantId), refs.map((ref) => ref.eventId)],
      );
      return rows;
    },
    keyedPlans,
  );
}

function tenantsOf(refs: readonly EventRef[]) {
  return [...new Set(refs.map(({ tenantId }) => tenantId))];
}
