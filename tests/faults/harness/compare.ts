import type pg from 'pg';
import { tableNames, tables } from '#activities/tables';
import type { Expected } from './oracle.ts';

const shownMax = 5;

interface Comparison {
  readonly table: string;
  readonly columns: readonly string[];
  readonly wanted: readonly object[];
}

/** What these orgs' tables hold beyond what is expected, and what they lack: nothing, when every effect happened exactly once. */
export async function differences(
  db: Pick<pg.ClientBase, 'query'>,
  orgs: readonly string[],
  expected: Expected,
): Promise<string[]> {
  const found: string[] = [];
  for (const comparison of comparisons(expected)) found.push(...(await compare(db, orgs, comparison)));
  return found;
}

function comparisons({ verdicts, activities, rows, usage }: Expected): Comparison[] {
  const about = ['org_id', 'event_id'];
  return [
    { table: 'event_verdict', columns: [...about, 'status', 'rejection_code'], wanted: verdicts },
    { table: 'activity', columns: [...about, 'entity_kind', 'entity_id', 'action'], wanted: activities },
    { table: 'usage_meter', columns: [...about, 'row_index', 'meter', 'quantity'], wanted: usage },
    ...tableNames.map((table) => ({
      table,
      columns: [...tables[table].key, ...tables[table].columns],
      wanted: rows.get(table) ?? [],
    })),
  ];
}

async function compare(
  db: Pick<pg.ClientBase, 'query'>,
  orgs: readonly string[],
  { table, columns, wanted }: Comparison,
) {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const expected = `select ${names} from json_populate_recordset(null::${table}, $1)`;
  const actual = `select ${names} from ${table} where org_id = any($2::text[])`;
  const { rows } = await db.query<{ what: string; row: string }>(
    `(select 'missing from' as what, to_jsonb(x)::text as row from (${expected} except all ${actual}) x limit ${shownMax})
     union all (select 'too much in', to_jsonb(x)::text from (${actual} except all ${expected}) x limit ${shownMax})`,
    [JSON.stringify(wanted), orgs],
  );
  return rows.map(({ what, row }) => `${what} ${table}: ${row}`);
}
