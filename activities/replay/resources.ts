import type pg from 'pg';

export interface ReplayResources {
  readonly db: pg.Pool;
  readonly verbs: ReplayVerbs;
}

/** The verbs of events, as staff give them one by one. */
export interface ReplayVerbs {
  /** Decides which verb an event takes and commits it with the caller's transaction; `start` comes after. */
  order(
    client: pg.ClientBase,
    event: { readonly tenantId: string; readonly eventId: string },
    by: { readonly actorType: 'staff'; readonly actor: string; readonly reason: string },
  ): Promise<
    | { readonly ok: true; readonly workflowId: string; readonly start: () => Promise<unknown> }
    | { readonly ok: false; readonly refusal: string }
  >;
}

/** A replay as its row says. */
export interface ReplayRun {
  readonly status: 'planning' | 'planned' | 'running' | 'done' | 'cancelled';
  readonly orderedBy: string;
  readonly reason: string | null;
  readonly ratePerS: number;
  readonly isCancelAsked: boolean;
}

export async function readReplay(db: pg.Pool, runId: string): Promise<ReplayRun | undefined> {
  const { rows } = await db.query<ReplayRun>(
    `select status, ordered_by as "orderedBy", reason, rate_per_s as "ratePerS", cancel_asked_at is not null as "isCancelAsked"
     from replay_run where id = $1`,
    [runId],
  );
  return rows[0];
}

/** Some items of a run in a state, whoever their tenants are. */
export async function readItems(
  db: pg.Pool,
  runId: string,
  state: 'chosen' | 'eligible',
  page: number,
): Promise<{ readonly tenantId: string; readonly eventId: string; readonly type: string }[]> {
  const { rows } = await db.query<{ tenantId: string; eventId: string; type: string }>(
    'select org_id as "tenantId", event_id as "eventId", type from replay_page($1, $2, $3)',
    [runId, state, page],
  );
  return rows;
}
