import type pg from 'pg';

/** How many statements of this database that are `like` the pattern wait for a lock now. */
export async function waitingForLock(db: pg.Pool, like = '%'): Promise<number> {
  const { rowCount } = await db.query(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like $1",
    [like],
  );
  return rowCount ?? 0;
}
