import type pg from 'pg';
import type { EpochMs } from '#domain/instants';

/** What is accepted and not decided, as of the last look. */
export interface Backlog {
  /** Older than 30 s. */
  readonly old: number;
  /** Threw, and waits for a run of its own or for staff. */
  readonly isolated: number;
  readonly oldestAt: EpochMs | undefined;
}

export const noBacklog: Backlog = { old: 0, isolated: 0, oldestAt: undefined };

/** @param bound of the rows that are looked at */
export async function readBacklog(db: pg.Pool, bound: number): Promise<Backlog> {
  const { rows } = await db.query<{ old_count: number; isolated_count: number; oldest_ms: number | null }>({
    name: 'accepted-backlog',
    text: 'select old_count, isolated_count, oldest_ms from accepted_backlog($1)',
    values: [bound],
  });
  const [row] = rows;
  return row ? { old: row.old_count, isolated: row.isolated_count, oldestAt: row.oldest_ms ?? undefined } : noBacklog;
}
