import type pg from 'pg';
import type { EntityKey } from './entity-key.ts';
import { reportedInvoiceId } from './rows/invoice.ts';
import { childTables, tableNames, tables, type Row, type TableName } from './tables.ts';

/** Writes each table with one statement: the rows as they shall stand. Key: the table's natural key. */
export async function writeBooks(
  client: pg.ClientBase,
  rows: ReadonlyMap<TableName, readonly Row[]>,
  shrunk: readonly EntityKey[],
): Promise<void> {
  for (const table of tableNames) {
    const wanted = rows.get(table) ?? [];
    if (wanted.length > 0)
      await client.query({ name: `book-${table}`, text: upsertOf(table), values: [JSON.stringify(wanted)] });
  }
  for (const { kind, table } of childTables) {
    const parents = shrunk.filter((key) => key.kind === kind);
    if (parents.length > 0) await removeOrphans(client, table, parents, rows.get(table) ?? []);
  }
}

const statements = new Map<TableName, string>();

function upsertOf(table: TableName): string {
  const known = statements.get(table);
  if (known) return known;
  const { key, columns } = tables[table];
  const names = [...key, ...columns].map(quoted).join(', ');
  const sets = columns.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ');
  const changed = `(${columns.map((column) => `t.${quoted(column)}`).join(', ')}) is distinct from (${columns.map((column) => `excluded.${quoted(column)}`).join(', ')})`;
  // In key order, as every lock is taken.
  const text = `insert into ${table} as t (${names}) select ${names} from json_populate_recordset(null::${table}, $1)
    order by ${key.map(quoted).join(', ')} on conflict (${key.map(quoted).join(', ')}) do update set ${sets} where ${changed}`;
  statements.set(table, text);
  return text;
}

async function removeOrphans(
  client: pg.ClientBase,
  table: (typeof childTables)[number]['table'],
  parents: readonly EntityKey[],
  kept: readonly Row[],
) {
  const { key, parent } = tables[table];
  const same = key.map((column) => `n.${quoted(column)} = t.${quoted(column)}`).join(' and ');
  await client.query({
    name: `orphans-${table}`,
    text: `delete from ${table} t using unnest($1::text[], $2::text[]) as p(org_id, parent) where t.org_id = p.org_id and t.${parent} = p.parent
      and not exists (select 1 from json_populate_recordset(null::${table}, $3) n where ${same})`,
    values: [parents.map((entity) => entity.orgId), parents.map(parentId), JSON.stringify(kept)],
  });
}

function parentId({ kind, id }: EntityKey): string {
  return kind === 'invoice' ? reportedInvoiceId(id) : id;
}

function quoted(column: string): string {
  return `"${column}"`;
}
