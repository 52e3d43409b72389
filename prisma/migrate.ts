import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isLockWait } from '#domain/database-errors';
import { migrationNames, migrationsFolder } from './migrations-folder.ts';
import { openSchemaEngine, withDatabase } from './schema-engine.ts';

const schemaFile = join(import.meta.dirname, 'schema.prisma');
const advisoryLockKey = 7_240_113;
// All that asks for a table waits behind who waits to alter it: so a migration does not wait for long, and comes again.
const lockTimeoutMs = 300;
const againMs = 700;
const patienceMs = 60_000;
const filters = { externalTables: [], externalEnums: [] };

/** Applies what is missing of the folder's migrations, makes the database when there is none. Returns the names applied. */
export async function migrate(databaseUrl: string, folder = migrationsFolder): Promise<string[]> {
  await createDatabaseIfMissing(databaseUrl);
  await requireByteOrder(databaseUrl);
  return underAdvisoryLock(databaseUrl, () => applyMigrations(databaseUrl, folder));
}

/** What keeps the database, the migrations and schema.prisma from saying the same; empty when they agree. */
export async function findDrift(databaseUrl: string): Promise<string[]> {
  const { engine, close } = await openSchemaEngine(engineConfig(databaseUrl), await datamodel());
  try {
    const migrationsList = await listMigrations();
    const history = await engine.diagnoseMigrationHistory({ migrationsList, filters, optInToShadowDatabase: false });
    const difference = await diffFrom(engine, { tag: 'migrations', ...migrationsList });
    return [
      ...history.editedMigrationNames.map((name) => `migration ${name} was changed after it was applied`),
      ...history.failedMigrationNames.map((name) => `migration ${name} failed`),
      ...pendingOf(history.history).map((name) => `migration ${name} is not applied`),
      ...(isEmptyScript(difference) ? [] : [`schema.prisma differs from the migrations:\n${difference}`]),
    ];
  } finally {
    await close();
  }
}

/** The SQL that leads from the migrations (or from nothing) to schema.prisma. */
export async function schemaDiff(databaseUrl: string, from: 'migrations' | 'empty'): Promise<string> {
  const { engine, close } = await openSchemaEngine(engineConfig(databaseUrl), await datamodel());
  try {
    return await diffFrom(
      engine,
      from === 'empty' ? { tag: 'empty' } : { tag: 'migrations', ...(await listMigrations()) },
    );
  } finally {
    await close();
  }
}

type Engine = Awaited<ReturnType<typeof openSchemaEngine>>['engine'];
type DiffSource = Parameters<Engine['diff']>[0]['from'];
type History = Awaited<ReturnType<Engine['diagnoseMigrationHistory']>>['history'];

async function applyMigrations(databaseUrl: string, folder: string): Promise<string[]> {
  const { engine, scriptError, close } = await openSchemaEngine(engineConfig(databaseUrl), await datamodel());
  const migrationsList = await listMigrations(folder);
  const deadline = Date.now() + patienceMs;
  try {
    const { history } = await engine.diagnoseMigrationHistory({
      migrationsList,
      filters,
      optInToShadowDatabase: false,
    });
    for (;;) {
      try {
        await engine.applyMigrations({ migrationsList, filters });
        return pendingOf(history);
      } catch (error) {
        const failed = await forgetFailed(engine, migrationsList);
        const cause = scriptError() ?? error;
        if (!isLockWait(cause) || Date.now() > deadline) throw new Error(describeFailure(failed, cause), { cause });
        await sleep(againMs);
      }
    }
  } finally {
    await close();
  }
}

// A script is one transaction, so a failed one left nothing: it may be tried again once it is mended.
async function forgetFailed(engine: Engine, migrationsList: Awaited<ReturnType<typeof listMigrations>>) {
  const request = { migrationsList, filters, optInToShadowDatabase: false };
  const { failedMigrationNames } = await engine.diagnoseMigrationHistory(request);
  for (const migrationName of failedMigrationNames) await engine.markMigrationRolledBack({ migrationName });
  return failedMigrationNames;
}

function describeFailure(failed: string[], error: unknown) {
  const where = failed.length > 0 ? `migration ${failed.join(', ')}` : 'the migration';
  if (!(error instanceof Error)) return `${where} failed: ${String(error)}`;
  const place = error instanceof pg.DatabaseError && error.position ? ` at character ${error.position}` : '';
  const detail = error instanceof pg.DatabaseError && error.where ? `\n${error.where}` : '';
  return `${where} failed${place}, nothing of it was kept: ${error.message}${detail}`;
}

function pendingOf(history: History) {
  if (history === null || history.diagnostic === 'migrationsDirectoryIsBehind') return [];
  return history.unappliedMigrationNames;
}

async function diffFrom(engine: Engine, from: DiffSource) {
  const to = { tag: 'schemaDatamodel' as const, files: await schemaFiles() };
  const { stdout } = await engine.diff({ from, to, script: true, exitCode: null, filters });
  return stdout ?? '';
}

function isEmptyScript(sql: string) {
  return sql.split('\n').every((line) => line.trim() === '' || line.startsWith('--'));
}

async function listMigrations(folder = migrationsFolder) {
  const names = await migrationNames(folder).catch(() => []);
  const migrationDirectories = await Promise.all(
    names.map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: await readFile(join(folder, name, 'migration.sql'), 'utf8') },
      },
    })),
  );
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' };
  return { baseDir: folder, lockfile, shadowDbInitScript: '', migrationDirectories };
}

async function schemaFiles() {
  return [{ path: schemaFile, content: await readFile(schemaFile, 'utf8') }];
}

async function datamodel(): Promise<[string, string][]> {
  return (await schemaFiles()).map(({ path, content }) => [path, content]);
}

function engineConfig(databaseUrl: string): pg.PoolConfig {
  return { connectionString: databaseUrl, max: 2, allowExitOnIdle: true, options: `-c lock_timeout=${lockTimeoutMs}` };
}

/** Pages of jobs are cut by the order of ids: in a database that orders them by a language's rules some would be on none. */
async function requireByteOrder(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  try {
    await client.connect();
    const { rows } = await client.query<{ same: boolean }>(
      `select array(select t from unnest($1::text[]) t order by t) = array(select t from unnest($1::text[]) t order by t collate "C") as same`,
      [['a', 'B', '-b', '_', '1', 'Z', 'aa', 'ä']],
    );
    if (rows[0]?.same) return;
  } finally {
    await client.end();
  }
  const name = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  throw new Error(
    `the database orders text by a language's rules; make one that does not: create database ${pg.escapeIdentifier(name)} template template0 locale_provider libc lc_collate 'C'`,
  );
}

async function createDatabaseIfMissing(databaseUrl: string) {
  const name = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  const admin = new pg.Client(withDatabase({ connectionString: databaseUrl }, 'postgres'));
  try {
    await admin.connect();
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0)
      await admin.query(`create database ${pg.escapeIdentifier(name)} template template0 lc_collate 'C'`);
  } catch (error) {
    // A database that is there, under an account that may not see "postgres", needs none of this.
    if (!(await isReachable(databaseUrl))) throw error;
  } finally {
    await admin.end();
  }
}

async function isReachable(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  return client
    .connect()
    .then(
      () => true,
      () => false,
    )
    .finally(() => client.end());
}

async function underAdvisoryLock<T>(databaseUrl: string, work: () => Promise<T>) {
  const client = new pg.Client({ connectionString: databaseUrl, options: `-c lock_timeout=${patienceMs}` });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLockKey]);
    return await work();
  } finally {
    await client.end();
  }
}
