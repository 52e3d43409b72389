import 'server-only';
import type pg from 'pg';
import { createBinder } from '../../lists/bind.ts';
import type { Span } from '../../lists/windows.ts';
import type { DeliveriesQuery } from './deliveries-query.ts';
import { branchesOf, someOf, unionOf } from './deliveries-sql.ts';
import type { DeliveryFilters } from './deliveries-sql.ts';
import { countMax, countRows, estimateRows } from './list-page.ts';
import type { Count, RowsQuery } from './list-page.ts';

/** What is not counted to its end is told as the planner expects it. */
export async function readTotal(pool: pg.Pool, query: DeliveriesQuery): Promise<Count | undefined> {
  const count = await countUpTo(query);
  if (!count?.isCapped) return count;
  const { values, bind } = createBinder();
  const rows = unionOf(branchesOf(query, query.range?.window, bind), bind);
  return { ...count, estimate: await estimateRows(pool, rows, values) };
}

/** undefined where counting took longer than it may. */
export async function countUpTo(query: DeliveriesQuery): Promise<Count | undefined> {
  const rows = boundedRows(query, query.range?.window, countMax);
  return rows ? countRows(rows.text, rows.values) : { value: 0, isCapped: false };
}

/** The lines to be counted, of each kind as many as matter; undefined where the filters leave none. */
export function boundedRows(filters: DeliveryFilters, span: Span | undefined, rowsMax: number): RowsQuery | undefined {
  const { values, bind } = createBinder();
  const branches = branchesOf(filters, span, bind).map((branch) => someOf(branch, rowsMax + 1));
  return branches.length > 0 ? { text: branches.join(' union all '), values } : undefined;
}
