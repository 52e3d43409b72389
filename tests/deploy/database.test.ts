import pg from 'pg';
import { expect, test } from 'vitest';
import { findDrift } from '#prisma/migrate';
import { createDatabase } from '../support/database.ts';

test('the migrations lead to exactly what schema.prisma says', async () => {
  const database = await createDatabase();
  expect(await findDrift(database.url)).toEqual([]);
  await database.drop();
});

test('two test databases share nothing', async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()]);
  await query(one.url, 'create table only_here (id int)');
  await expect(query(other.url, 'select * from only_here')).rejects.toThrow('does not exist');
  await Promise.all([one.drop(), other.drop()]);
});

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}
