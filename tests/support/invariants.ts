import type pg from 'pg';
import { expect } from 'vitest';
import { checkInvariants } from '#prisma/invariants';

const books = [...Array.from({ length: 13 }, (_, n) => `M${n + 1}`), 'E4', 'E7'];

/** Whatever waits: what must hold of money and of its audit at any moment. */
export async function expectBooks(db: pg.Pool): Promise<void> {
  const results = await checkInvariants(db, { isQuiesced: false });
  expect(results.filter(({ id, violations }) => books.includes(id) && violations.length > 0)).toEqual([]);
}

/** After quiesce: not one row of any invariant's view. */
export async function expectInvariants(db: pg.Pool): Promise<void> {
  const results = await checkInvariants(db, { isQuiesced: true });
  expect(results.filter(({ violations }) => violations.length > 0)).toEqual([]);
}
