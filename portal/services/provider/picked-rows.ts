import 'server-only';
import type pg from 'pg';
import { ActionRefused } from '../../auth/staff-action.ts';
import type { Picked } from '../../actions/picked.ts';
import { pickedMax } from '../../actions/picked.ts';
import { formatCount } from '../../format/numbers.ts';
import type { ListDefinition } from '../../lists/define-list.ts';
import { messages } from '../../messages/en.ts';
import { readPreferences } from '../../preferences/read-preferences.ts';
import { now } from '../../server/now.ts';
import { readAll, readSome } from './list-source.ts';
import type { ListSource } from './list-source.ts';

/**
 * The rows that a member picked, as they stand now. All that match are counted again: where they are not as many as the member saw, nothing is
 * done, and they are told.
 */
export async function readPicked<F, Stored extends pg.QueryResultRow, Row>(
  pool: pg.Pool,
  list: ListDefinition<F>,
  source: ListSource<F, Stored, Row>,
  picked: Picked,
): Promise<readonly Row[]> {
  if (picked.kind === 'ids') return readSome(pool, source, picked.ids);
  const { zone } = await readPreferences();
  const query = list.parse(Object.fromEntries(new URLSearchParams(picked.params)), { zone, now: now() });
  const rows = await readAll(pool, source, query, pickedMax + 1);
  if (rows.length === picked.seen) return rows;
  throw new ActionRefused(
    'conflict',
    messages.bulk.changedCount(formatCount(picked.seen), formatCount(Math.min(rows.length, pickedMax))),
  );
}
