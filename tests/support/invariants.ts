import type pg from 'pg';
import { expect } from 'vitest';
import { checkInvariants } from '#prisma/invariants';

const money = [...Array.from({ length: 13 }, (_, n) => `M${n + 1}`), 'E7'];

/** Whatever waits: what must hold of money and of its audit at any moment. */
export const expectMoney = (db: pg.Pool) => expectAll(db, money);

/** As expectMoney(), where also each event changed the books once: not for rows that a test wrote itself. */
export const expectBooks = (db: pg.Pool) => expectAll(db, [...money, 'E4']);

async function expectAll(db: pg.Pool, wanted: readonly string[]): Promise<void> {
  const results = await checkInvariants(db, { isQuiesced: false });
  expect(results.filter(({ id, violations }) => wanted.includes(id) && violations.length > 0)).toEqual([]);
}

/** After quiesce: not one row of any invariant's view. */
export async function expectInvariants(db: pg.Pool): Promise<void> {
  const results = await checkInvariants(db, { isQuiesced: true });
  expect(results.filter(({ violations }) => violations.length > 0)).toEqual([]);
}
