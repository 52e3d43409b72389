import { escapeLiteral } from 'pg';
import type pg from 'pg';
import { createBinder } from '../lists/bind.ts';
import type { ListQuery } from '../lists/define-list.ts';
import { rowsSql } from '../services/provider/list-source.ts';
import type { CsvColumn } from './copy-sql.ts';

/** Keys of `meta` that one file takes at most. */
export const metaKeysMax = 20;
/** Of UTF-8. With its prefix a longer one would be cut off where the database names a column. */
const keyBytesMax = 55;
/** How many of the newest rows are asked which keys they have. */
const rowsAsked = 1_000;

/** What tenants told with a row, as columns of its file: the keys that were asked for, each once. */
export function metaColumns(keys: readonly string[]): readonly CsvColumn[] {
  const wanted = [...new Set(keys)].filter(isKey).slice(0, metaKeysMax);
  return wanted.map((key) => ({ name: `meta.${key}`, sql: `(t.meta ->> ${escapeLiteral(key)})`, isText: true }));
}

/** The keys that the newest rows of a list have, those that most of them have first. */
export async function readMetaKeys<F>(
  pool: pg.Pool,
  source: Parameters<typeof rowsSql<F>>[0],
  query: Pick<ListQuery<F>, 'filters' | 'range' | 'direction'>,
): Promise<readonly string[]> {
  const { values, bind } = createBinder();
  const walked = { walk: query.direction, cursor: undefined, limit: rowsAsked };
  const rows = rowsSql({ ...source, joins: '' }, query, bind, walked, 't.meta');
  const { rows: found } = await pool.query<{ key: string }>(
    `select k.key from (${rows}) r, jsonb_object_keys(case when jsonb_typeof(r.meta) = 'object' then r.meta else '{}' end) k (key)
     where octet_length(k.key) between 1 and ${keyBytesMax} group by k.key order by count(*) desc, k.key limit ${metaKeysMax}`,
    values,
  );
  return found.map(({ key }) => key);
}

function isKey(key: string) {
  const bytes = Buffer.byteLength(key);
  return bytes > 0 && bytes <= keyBytesMax && !key.includes('\0');
}
