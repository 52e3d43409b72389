import 'server-only';
import type { EpochMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { hasWords } from './found-rows.ts';
import { firstPlace, readWalked } from './walked-source.ts';
import type { WalkedPage, WalkedSource } from './walked-source.ts';

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

interface StoredExport {
  readonly org_id: string;
  readonly seq: string;
  readonly at: Date;
  readonly actor: string;
  readonly list: string;
  readonly outcome: string;
  readonly n: number | null;
  readonly bytes: number | null;
}

/** Files that were made of lists, the latest first, as the audit has them. */
export function exportsSource(
  staff: Staff,
): WalkedSource<{ readonly q?: string | undefined }, StoredExport, ExportRow> {
  assertCan(staff, 'settings', 'data');
  return {
    from: 'audit_log a',
    columns: `a.org_id, a.seq::text, a.at, a.actor, ${exportedList} as list, a.outcome, (a.detail->>'rows')::float8 as n, (a.detail->>'bytes')::float8 as bytes`,
    keys: [
      { sql: 'a.at', type: 'timestamptz' },
      { sql: 'a.org_id', type: 'text' },
      { sql: 'a.seq', type: 'bigint' },
    ],
    direction: 'desc',
    where: ({ q }, bind) => ["a.action = 'export.made'", ...hasWords(q, ['a.actor', 'a.subject', 'a.outcome'], bind)],
    rowOf: (row) => ({
      id: `${row.org_id}:${row.seq}`,
      at: row.at.getTime(),
      actor: row.actor,
      list: row.list,
      outcome: row.outcome,
      rows: row.n ?? undefined,
      bytes: row.bytes ?? undefined,
    }),
  };
}

export const exportedList = "regexp_replace(a.subject, '^export/', '')";

export async function readExports(staff: Staff, q?: string, place = firstPlace): Promise<WalkedPage<ExportRow>> {
  return readWalked(database().pool, exportsSource(staff), { q }, place);
}
