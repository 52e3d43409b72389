import type pg from 'pg';
import { codeOf } from '#domain/database-errors';

const notAllowed = '42501';

/** The first of these migrations that the database has not; undefined when it has all. Those of newer releases do no harm. */
export async function firstMissing(db: pg.Pool, wanted: readonly string[]): Promise<string | undefined> {
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
