import 'server-only';
import type { EpochMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { hasWords, wordsOf } from './found-rows.ts';
import type { FoundRows } from './found-rows.ts';

/** What is kept, by the table that grows with it. */
const tables = {
  events: 'event',
  attempts: 'delivery_attempt',
  audit: 'audit_log',
  ledger: 'billing_ledger',
  usage: 'usage_meter',
} as const;

export type KeptKind = keyof typeof tables;

export interface KeptRow {
  readonly kind: KeptKind;
  /** As the planner estimates them: a count would read the table. */
  readonly rows: number;
  readonly bytes: number;
}

export interface ExportRow {
  readonly id: string;
  readonly at: EpochMs;
  readonly actor: string;
  readonly list: string;
  readonly outcome: string;
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
}

const exportsMax = 500;

export async function readKeptData(staff: Staff): Promise<readonly KeptRow[]> {
  assertCan(staff, 'settings', 'data');
  const kinds = Object.entries(tables);
  const { rows } = await database().pool.query(
    `select k.kind, greatest(c.reltuples, 0)::float8 as n, pg_total_relation_size(c.oid)::float8 as bytes
     from unnest($1::text[], $2::text[]) with ordinality as k (kind, name, place)
     join pg_class c on c.relname = k.name and c.relnamespace = 'public'::regnamespace order by k.place`,
    [kinds.map(([kind]) => kind), kinds.map(([, table]) => table)],
  );
  return rows.map(({ kind, n, bytes }) => ({ kind, rows: n, bytes }));
}

/** The latest files that were made of lists and have the words, as the audit has them. */
export async function readExports(staff: Staff, q?: string): Promise<FoundRows<ExportRow>> {
  assertCan(staff, 'settings', 'data');
  const { rows } = await database().pool.query(
    `select org_id, seq::text, at, actor, subject, outcome, (detail->>'rows')::float8 as n, (detail->>'bytes')::float8 as bytes, count(*) over ()::int as total
     from audit_log where action = 'export.made' and ${hasWords('$2', ['actor', 'subject', 'outcome'])} order by at desc, org_id desc, seq desc limit $1`,
    [exportsMax, wordsOf(q)],
  );
  const files = rows.map((row) => ({
    id: `${row.org_id}:${row.seq}`,
    at: row.at.getTime(),
    actor: row.actor,
    list: row.subject.replace(/^export\//, ''),
    outcome: row.outcome,
    rows: row.n ?? undefined,
    bytes: row.bytes ?? undefined,
  }));
  return { rows: files, total: rows[0]?.total ?? 0 };
}
