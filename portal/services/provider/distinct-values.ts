import 'server-only';
import type pg from 'pg';
import { statement } from '../../server/database.ts';

const valuesMax = 200;

/** The values of a column that an index begins with, one look-up each: what a filter offers. */
export async function distinctValues(pool: pg.Pool, table: string, column: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ value: string }>(
    statement(
      `with recursive v as (
       (select ${column} as value from ${table} where ${column} is not null order by ${column} limit 1)
       union all
       select (select t.${column} from ${table} t where t.${column} > v.value order by t.${column} limit 1) from v where v.value is not null)
     select value from v where value is not null limit ${valuesMax}`,
      [],
    ),
  );
  return rows.map(({ value }) => value);
}
