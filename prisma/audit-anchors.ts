import { createReadStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type pg from 'pg';
import { z } from 'zod';

/** The end of an audit chain as it was at some time: whoever rewrites the chain consistently cannot rewrite this. */
const headSchema = z.strictObject({
  orgId: z.string(),
  /** The number of the last entry; text, since it is a bigint. */
  seq: z.string().regex(/^\d+$/),
  /** SHA-256, hex. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AuditHead = z.infer<typeof headSchema>;

export interface AuditProblem {
  readonly orgId: string;
  readonly seq: string;
  readonly problem: string;
}

const suffix = '.jsonl';
const readOnly = 0o444;
const problemsMax = 1_000;
const anchorsAtOnce = 5_000;

/** The heads of all chains. `verifier` reads all tenants. */
export async function readHeads(verifier: pg.Pool | pg.ClientBase): Promise<AuditHead[]> {
  const { rows } = await verifier.query<AuditHead>(
    `select org_id as "orgId", seq::text as seq, encode(hash, 'hex') as hash from audit_head where seq > 0 order by org_id`,
  );
  return rows;
}

/**
 * Writes heads beside the database, one file per name, one JSON per line. A file is never written twice: false when it is there.
 * @param folder where the database's superuser cannot write, such as a mounted bucket with an object lock
 */
export async function writeAnchors(folder: string, name: string, heads: readonly AuditHead[]): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const text = heads.map((head) => `${JSON.stringify(head)}\n`).join('');
  try {
    await writeFile(join(folder, `${name.replaceAll(':', '-')}${suffix}`), text, { flag: 'wx', mode: readOnly });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** What is wrong with the chains by themselves, and against the anchors of a folder. None: all is as it was written. */
export async function verifyAudit(verifier: pg.Pool, folder: string | undefined): Promise<AuditProblem[]> {
  const { rows } = await verifier.query<AuditProblem>(
    `select org_id as "orgId", subject as seq, detail as problem from invariant_e7 limit ${problemsMax}`,
  );
  const problems = [...rows];
  if (folder === undefined) return problems;
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(suffix)).toSorted())
    problems.push(...(await compareFile(verifier, join(folder, file))));
  return problems.slice(0, problemsMax);
}

async function compareFile(verifier: pg.Pool, file: string): Promise<AuditProblem[]> {
  const problems: AuditProblem[] = [];
  let heads: AuditHead[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    heads.push(headSchema.parse(JSON.parse(line)));
    if (heads.length < anchorsAtOnce) continue;
    problems.push(...(await compare(verifier, heads)));
    heads = [];
  }
  return [...problems, ...(await compare(verifier, heads))];
}

async function compare(verifier: pg.Pool, heads: readonly AuditHead[]): Promise<AuditProblem[]> {
  const { rows } = await verifier.query<AuditProblem>(
    `select a.org_id as "orgId", a.seq::text as seq,
        case when l.hash is null then 'anchored, and gone' else 'not what was anchored' end as problem
      from unnest($1::text[], $2::bigint[], $3::text[]) as a(org_id, seq, hash)
      left join audit_log l on l.org_id = a.org_id and l.seq = a.seq
      where l.hash is null or encode(l.hash, 'hex') <> a.hash`,
    [heads.map(({ orgId }) => orgId), heads.map(({ seq }) => seq), heads.map(({ hash }) => hash)],
  );
  return rows;
}
