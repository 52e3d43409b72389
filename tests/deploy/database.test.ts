import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, test } from 'vitest';
import { findDrift, migrate } from '#prisma/migrate';
import { openAdmin } from '../support/admin.ts';
import { createDatabase } from '../support/database.ts';
import { services } from '../support/services.ts';

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

test('a database that orders ids by a language is refused with the command that makes another', async () => {
  const url = new URL(services().databaseUrl);
  const name = `german_${randomBytes(4).toString('hex')}`;
  url.pathname = '/postgres';
  const admin = openAdmin(url.href, 1);
  try {
    await admin.query(
      `create database ${name} template template0 locale_provider icu icu_locale 'de-DE' lc_collate 'C' lc_ctype 'C'`,
    );
    url.pathname = `/${name}`;
    await expect(migrate(url.href)).rejects.toThrow(
      `create database "${name}" template template0 locale_provider libc`,
    );
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  }
});
