import type pg from 'pg';
import { inTenants, keyedPlans } from '#prisma/pool';
import { lockOrgs } from '../billing/lock-orgs.ts';
import { instantText } from '../instant-text.ts';
import type { IdRange, JobPhase, SlotAt } from '../jobs/job-phase.ts';
import { noteMeanwhile } from '../rating/note-meanwhile.ts';
import { rateOrgs } from '../rating/rate-orgs.ts';
import { closeMonths } from './close-months.ts';

// Their invoices take their numbers one set after another; smaller sets wait less for each other and commit more often.
const setSize = 200;

/**
 * Closes the billing months of orgs whose grace is over as of the slot, rated first in the same transaction.
 * Key: the draft, which is one no longer; the number is given under the lock of the counter, in the transaction that opens the invoice.
 */
export function closingPhase(db: pg.Pool): JobPhase {
  return {
    name: 'closing',
    setSize,
    due: (slot, range) => dueForClose(db, slot, range),
    apply: (orgIds, slot) =>
      inTenants(
        db,
        orgIds,
        async (client) => {
          await lockOrgs(client, orgIds);
          const rated = await rateOrgs(client, orgIds, slot.at);
          const closed = await closeMonths(client, orgIds, slot);
          return {
            linesRated: rated['lines'] ?? 0,
            ...closed,
            ...(await noteMeanwhile(client, orgIds, 'monthly-rollup', slot)),
          };
        },
        keyedPlans,
      ),
  };
}

async function dueForClose(db: pg.Pool, slot: SlotAt, range: IdRange | undefined): Promise<string[]> {
  const { rows } = await db.query<{ org_id: string }>({
    name: 'due-for-close',
    text: `select org_id from due_for_close($1) where $2::text is null or (org_id collate "C" > $2 and org_id collate "C" <= $3)
      order by org_id collate "C"`,
    values: [slot.isForced ? 'infinity' : instantText(slot.at), range?.after, range?.until],
  });
  return rows.map(({ org_id }) => org_id);
}
