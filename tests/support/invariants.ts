import type pg from 'pg';
import { expect } from 'vitest';
import { checkInvariants } from '#prisma/invariants';

/** After quiesce: not one row of any invariant's view. */
export async function expectInvariants(db: pg.Pool): Promise<void> {
  const results = await checkInvariants(db, { isQuiesced: true });
  expect(results.filter(({ violations }) => violations.length > 0)).toEqual([]);
}
