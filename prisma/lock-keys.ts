import type pg from 'pg';

const statements = {
  alone: { name: 'lock-keys', call: 'pg_advisory_xact_lock' },
  shared: { name: 'lock-keys-shared', call: 'pg_advisory_xact_lock_shared' },
} as const;

/** Holds what the keys name until the transaction ends, alone or together with others. Keys are locked in one order, so sets cannot deadlock. */
export async function lockKeys(
  client: pg.ClientBase,
  keys: readonly string[],
  how: keyof typeof statements = 'alone',
): Promise<void> {
  const { name, call } = statements[how];
  await client.query({
    name,
    text: `with keys as materialized (select distinct hashtextextended(key, 0) as key from unnest($1::text[]) as named(key) order by 1)
      select ${call}(key) from keys`,
    values: [keys],
  });
}
