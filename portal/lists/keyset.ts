import type { Cursor } from './cursor.ts';

export type Direction = 'asc' | 'desc';

export interface KeysetOptions {
  /** The sort column, NOT NULL and of millisecond precision. */
  readonly sort: string;
  readonly direction: Direction;
  readonly cursor: Cursor | undefined;
  /** The page before the cursor: runs the mirrored query; the caller reverses the rows. */
  readonly isBefore: boolean;
  readonly size: number;
}

/**
 * A page of a list as Prisma's arguments. The redundant bound on the sort column lets the index begin at the cursor; without it the
 * database walks there. One row more than the page tells whether another page follows.
 */
export function keyset({ sort, direction, cursor, isBefore, size }: KeysetOptions) {
  const walked = walkOf(direction, isBefore);
  const [bound, strict] = walked === 'desc' ? ['lte', 'lt'] : ['gte', 'gt'];
  const orderBy = [{ [sort]: walked }, { id: walked }];
  if (!cursor) return { where: {}, orderBy, take: size + 1 };
  const at = new Date(cursor.at);
  const where = {
    AND: [{ [sort]: { [bound]: at } }, { OR: [{ [sort]: { [strict]: at } }, { id: { [strict]: cursor.id } }] }],
  };
  return { where, orderBy, take: size + 1 };
}

/** The same in SQL, where a row value is its equal. */
export function keysetSql(
  walked: Direction,
  columns: { readonly at: string; readonly id: string },
  parameters: { readonly at: string; readonly id: string },
) {
  return `(${columns.at}, ${columns.id}) ${walked === 'desc' ? '<' : '>'} (${parameters.at}, ${parameters.id})`;
}

/** The way the index is walked: against the list's order for the page before the cursor. */
export function walkOf(direction: Direction, isBefore: boolean): Direction {
  return isBefore === (direction === 'desc') ? 'asc' : 'desc';
}
