import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bigintArray, instantArray, textArray } from '#activities/array-parameters';
import { openAdmin } from '#tests/support/admin';
import { createDatabase, type TestDatabase } from '#tests/support/database';

let database: TestDatabase;
let db: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  db = openAdmin(database.url, 1);
});

afterAll(async () => {
  await db.end();
  await database.drop();
});

async function read(type: string, array: Buffer): Promise<(string | null)[]> {
  const { rows } = await db.query<{ value: string | null }>(
    `select value::text from unnest($1::${type}[]) as a(value)`,
    [array],
  );
  return rows.map(({ value }) => value);
}

describe('what an array holds comes to the database as it was', () => {
  it('texts', async () => {
    const values = [
      '',
      'plain',
      '"quoted", {in braces}',
      'back\\slash',
      'NULL',
      'null',
      'naïve',
      '漢字 🙂',
      'a\nb',
      ' ',
    ];
    expect(await read('text', textArray(values))).toEqual(values);
  });

  it('nothing, and what is left out', async () => {
    expect(await read('text', textArray([]))).toEqual([]);
    expect(await read('text', textArray(['a', undefined, '']))).toEqual(['a', null, '']);
    expect(await read('bigint', bigintArray([undefined, 0n]))).toEqual([null, '0']);
    expect(await read('timestamptz', instantArray([undefined]))).toEqual([null]);
  });

  it('whole numbers up to the ends of their range', async () => {
    const values = [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 9_007_199_254_740_993n];
    expect(await read('bigint', bigintArray(values))).toEqual(values.map(String));
  });

  it.each([
    ['2026-03-01 00:00:00+00', Date.UTC(2026, 2, 1)],
    ['1999-12-31 23:59:59.999+00', Date.UTC(2000, 0, 1) - 1],
    ['9999-12-31 23:59:59.999+00', Date.parse('9999-12-31T23:59:59.999Z')],
    ['0001-01-01 00:00:00+00 BC', Date.parse('0000-01-01T00:00:00Z')],
    ['infinity', Infinity],
    ['-infinity', -Infinity],
  ])('the instant %s', async (text, at) => {
    expect(await read('timestamptz', instantArray([at]))).toEqual([text]);
  });
});
