import type pg from 'pg';

/** The views of prisma/migrations, in the order in which they are reported. */
export const invariantIds = [
  'e3',
  'e4',
  'e5',
  'e6',
  'e7',
  'm1',
  'm2',
  'm3',
  'm4',
  'm5',
  'm6',
  'm7',
  'm8',
  'm9',
  'm10',
  'm11',
  'm12',
  'm13',
  'a1',
  'a2',
  'c1',
] as const;

export interface Violation {
  readonly orgId: string | null;
  readonly subject: string;
  readonly detail: string;
}

export interface InvariantResult {
  readonly id: string;
  readonly meaning: string;
  /** The first of them, at most 20. */
  readonly violations: readonly Violation[];
  readonly tookMs: number;
}

const shownMax = 20;
const statementTimeout = '10min';

/**
 * Reads every invariant's view as the role `verifier`.
 * @param options.isQuiesced all has come to rest: nothing may wait or be held any more, however young
 */
export async function checkInvariants(
  db: pg.Pool,
  options: { readonly isQuiesced: boolean },
): Promise<InvariantResult[]> {
  const client = await db.connect();
  try {
    await client.query(
      `begin read only; set local role tributary_verifier; set local statement_timeout = '${statementTimeout}'`,
    );
    if (options.isQuiesced) await client.query("set local app.pending_age_max = '0'; set local app.held_age_max = '0'");
    const results: InvariantResult[] = [];
    for (const id of invariantIds) results.push(await check(client, id));
    return results;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/** One request as the client saw it; `answered` when a 200 came back. */
export interface Sent {
  readonly tenantId: string;
  readonly id: string;
  readonly answered: boolean;
}

/** E1 and E2: what was answered is there, and nothing is there that was not sent by these tenants. */
export async function findLost(db: pg.Pool, sent: readonly Sent[]): Promise<InvariantResult[]> {
  const started = performance.now();
  const { rows } = await db.query<Violation & { lost: boolean }>(
    `with sent as (select org_id, id, bool_or(answered) as answered from unnest($1::text[], $2::text[], $3::boolean[]) as s(org_id, id, answered) group by 1, 2)
     select s.org_id as "orgId", s.id as subject, 'answered 200 and not there' as detail, true as lost
       from sent s where s.answered and not exists (select 1 from event e where e.org_id = s.org_id and e.id = s.id)
     union all
     select e.org_id, e.id, 'there and never sent', false
       from event e where e.org_id in (select org_id from sent) and not exists (select 1 from sent s where s.org_id = e.org_id and s.id = e.id)`,
    [sent.map((one) => one.tenantId), sent.map((one) => one.id), sent.map((one) => one.answered)],
  );
  const tookMs = Math.round(performance.now() - started);
  const of = (isLost: boolean) =>
    rows
      .filter(({ lost }) => lost === isLost)
      .slice(0, shownMax)
      .map(({ orgId, subject, detail }) => ({ orgId, subject, detail }));
  return [
    { id: 'E1', meaning: 'No answered event is lost', violations: of(true), tookMs },
    { id: 'E2', meaning: 'Nothing came from nowhere', violations: of(false), tookMs },
  ];
}

async function check(client: pg.PoolClient, id: string): Promise<InvariantResult> {
  const started = performance.now();
  const { rows } = await client.query<Violation>(
    `select org_id as "orgId", subject, detail from invariant_${id} limit ${shownMax}`,
  );
  const comment = await client.query<{ meaning: string }>('select obj_description($1::regclass) as meaning', [
    `invariant_${id}`,
  ]);
  return {
    id: id.toUpperCase(),
    meaning: comment.rows[0]?.meaning ?? '',
    violations: rows,
    tookMs: Math.round(performance.now() - started),
  };
}
