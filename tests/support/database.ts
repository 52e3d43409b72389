import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '#prisma/migrate';
import { services } from './services.ts';

export type TestDatabase = {
  readonly url: string;
  drop(): Promise<void>;
};

const templateVariable = 'TEST_TEMPLATE_DATABASE';

/** A migrated database of its own for one test file, copied from a template, a tenth of a second, or from one that nobody uses. */
export async function createDatabase(copied?: TestDatabase): Promise<TestDatabase> {
  const template = copied ? new URL(copied.url).pathname.slice(1) : process.env[templateVariable];
  if (!template) throw new Error(`${templateVariable} is not set: tests/global-setup.ts makes the template`);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name} template ${template}`);
  return { url: urlOf(name), drop: () => administer(`drop database if exists ${name} with (force)`) };
}

/** Migrates the database that createDatabase() copies, and names it in the environment. */
export async function createTemplate(): Promise<TestDatabase> {
  const name = `template_${randomBytes(6).toString('hex')}`;
  await migrate(urlOf(name));
  process.env[templateVariable] = name;
  return { url: urlOf(name), drop: () => administer(`drop database if exists ${name} with (force)`) };
}

function urlOf(database: string) {
  const url = new URL(services().databaseUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function administer(sql: string) {
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
