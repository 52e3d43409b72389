import type pg from 'pg';
import { codeOf } from '#domain/database-errors';
import { migrationNames } from './migrations-folder.ts';

const notAllowed = '42501';

/** Read once: a release keeps those that it came with. */
let wanted: readonly string[] | undefined;

/** The first migration of this release that the database has not; undefined when it has all. Those of newer releases do no harm. */
export async function missingMigration(db: pg.Pool): Promise<string | undefined> {
  wanted ??= await migrationNames();
  try {
    const { rows } = await db.query<{ missing: string }>(
      `select w.name as missing from unnest($1::text[]) as w (name)
      where not exists (select from _prisma_migrations m where m.migration_name = w.name and m.finished_at is not null and m.rolled_back_at is null)
      order by 1 limit 1`,
      [wanted],
    );
    return rows[0]?.missing;
  } catch (error) {
    // Until the migration that lets this role look.
    if (codeOf(error) === notAllowed) return wanted.at(-1);
    throw error;
  }
}

/** @throws while a migration is missing: what works on an older schema fails work that is well */
export async function requireMigrations(db: pg.Pool): Promise<void> {
  const missing = await missingMigration(db);
  if (missing !== undefined) throw new Error(`migration ${missing} is not applied`);
}
