import type pg from 'pg';
import { orgOf } from '../collection/names.ts';
import { reachOf, type CollectionResources } from '../collection/resources.ts';
import type { JobPhase } from '../jobs/job-phase.ts';
import { executeStaffCommand } from './execute-staff-command.ts';
import { settleStaffCommand } from './settle-staff-command.ts';

/** Does commands whose own run never came, such as those that were given while the engine was away. Key: the command's row. */
export function commandsPhase(resources: CollectionResources): JobPhase {
  const { db } = resources;
  return {
    name: 'commands',
    setSize: 1,
    pageSize: 20,
    waitsForOthers: true,
    orgOf,
    due: (_slot, range) => readStalled(db, range),
    async apply(ids) {
      let done = 0;
      for (const listed of ids) {
        const [orgId = '', id = ''] = listed.split(':');
        const { mustSettle, status } = await executeStaffCommand(db, { orgId, id }, reachOf(resources));
        if (mustSettle) await settleStaffCommand(resources, { orgId, id });
        if (status !== 'unknown') done += 1;
      }
      return { commands: done };
    },
  };
}

async function readStalled(
  db: pg.Pool,
  range: { readonly after: string; readonly until: string } | undefined,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select c.id from stalled_commands() c where ($1::text is null or (c.id > $1 collate "C" and c.id <= $2 collate "C")) order by c.id collate "C"`,
    [range?.after ?? null, range?.until ?? null],
  );
  return rows.map(({ id }) => id);
}
