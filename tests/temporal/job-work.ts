import type pg from 'pg';
import type { JobPhase, SlotAt } from '#activities/jobs/job-phase';

export interface JobWork {
  readonly phase: JobPhase;
  /** What was done, in order: the slot and the id. */
  readonly done: () => Promise<{ slot: string; id: string }[]>;
}

export interface WorkOptions {
  readonly ids: readonly string[];
  readonly setSize?: number;
  readonly pageSize?: number;
  /** Runs before a set is written. */
  readonly before?: (ids: readonly string[], slot: SlotAt) => Promise<void>;
}

/** A phase over a table of the test: each id once per slot, as the phases of the product do by their own keys. */
export async function createWork(admin: pg.Pool, name: string, options: WorkOptions): Promise<JobWork> {
  const { ids, setSize = 10, pageSize, before } = options;
  await admin.query(
    'create table if not exists test_work (n bigint generated always as identity, phase text, slot text, id text, primary key (phase, slot, id))',
  );
  const done = async (slot: string) => {
    const { rows } = await admin.query<{ id: string }>('select id from test_work where phase = $1 and slot = $2', [
      name,
      slot,
    ]);
    return new Set(rows.map(({ id }) => id));
  };
  return {
    phase: {
      name,
      setSize,
      ...(pageSize !== undefined && { pageSize }),
      async due({ slot }, range) {
        const finished = await done(slot);
        return ids.filter((id) => !finished.has(id) && (!range || (id > range.after && id <= range.until)));
      },
      async apply(set, slot) {
        await before?.(set, slot);
        const { rowCount } = await admin.query(
          'insert into test_work (phase, slot, id) select $1, $2, unnest($3::text[]) on conflict do nothing',
          [name, slot.slot, set],
        );
        return { rows: rowCount ?? 0, orgs: set.length };
      },
    },
    async done() {
      return (
        await admin.query<{ slot: string; id: string }>('select slot, id from test_work where phase = $1 order by n', [
          name,
        ])
      ).rows;
    },
  };
}

export function makeIds(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `org-${String(n).padStart(5, '0')}`);
}
