import type pg from 'pg';
import { firstMissing } from './first-missing.ts';
import { migrationNames } from './migrations-folder.ts';

/** Read once: a release keeps those that it came with. */
let wanted: readonly string[] | undefined;

/** The first migration of this release that the database has not; undefined when it has all. */
export async function missingMigration(db: pg.Pool): Promise<string | undefined> {
  wanted ??= await migrationNames();
  return firstMissing(db, wanted);
}

/** @throws while a migration is missing: what works on an older schema fails work that is well */
export async function requireMigrations(db: pg.Pool): Promise<void> {
  const missing = await missingMigration(db);
  if (missing !== undefined) throw new Error(`migration ${missing} is not applied`);
}
