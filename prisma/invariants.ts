import type pg from 'pg';

/** The views of prisma/migrations, in the order in which they are reported. */
export const invariantIds = ['e3', 'e4', 'e5', 'e6', 'e7', 'a1', 'a2', 'c1'] as const;

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
export async function checkInvariants(db: pg.Pool, options: { readonly isQuiesced: boolean }): Promise<InvariantResult[]> {
  const client = await db.connect();
  try {
    await client.query(`begin read only; set local role tributary_verifier; set local statement_timeout = '${statementTimeout}'`);
    if (options.isQuiesced) await client.query("set local app.pending_age_max = '0'; set local app.held_age_max = '1s'");
    const results: InvariantResult[] = [];
    for (const id of invariantIds) results.push(await check(client, id));
    return results;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function check(client: pg.PoolClient, id: string): Promise<InvariantResult> {
  const started = performance.now();
  const { rows } = await client.query<Violation>(`select org_id as "orgId", subject, detail from invariant_${id} limit ${shownMax}`);
  const comment = await client.query<{ meaning: string }>('select obj_description($1::regclass) as meaning', [`invariant_${id}`]);
  return { id: id.toUpperCase(), meaning: comment.rows[0]?.meaning ?? '', violations: rows, tookMs: Math.round(performance.now() - started) };
}
