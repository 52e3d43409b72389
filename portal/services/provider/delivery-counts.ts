import 'server-only';
import type pg from 'pg';
import { createBinder } from '../../lists/bind.ts';
import type { Span } from '../../lists/windows.ts';
import type { DeliveriesQuery } from './deliveries-query.ts';
import { branchesOf, someOf, unionOf } from './deliveries-sql.ts';
import type { DeliveryFilters } from './deliveries-sql.ts';
import { countBound, countRows, estimateRows } from './list-page.ts';
import type { Count } from './list-page.ts';

/** What is not counted to its end is told as the planner expects it. */
export async function readTotal(pool: pg.Pool, query: DeliveriesQuery): Promise<Count | undefined> {
  const count = await countUpTo(pool, query, query.range?.window);
  if (!count?.isCapped) return count;
  const { values, bind } = createBinder();
  const rows = unionOf(branchesOf(query, query.range?.window, bind), bind);
  return { ...count, estimate: await estimateRows(pool, rows, values) };
}

/** undefined where counting took longer than it may. */
export async function countUpTo(
  pool: pg.Pool,
  filters: DeliveryFilters,
  span: Span | undefined,
  bound = countBound,
): Promise<Count | undefined> {
  const { values, bind } = createBinder();
  const branches = branchesOf(filters, span, bind);
  if (branches.length === 0) return { value: 0, isCapped: false };
  return countRows(pool, branches.map((branch) => someOf(branch, bound.rows + 1)).join(' union all '), values, bound);
}
