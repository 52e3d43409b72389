import type pg from 'pg';
import { inTenants, keyedPlans } from '#prisma/pool';
import { lockOrgs } from '../billing/lock-orgs.ts';
import { instantText } from '../instant-text.ts';
import type { JobPhase } from '../jobs/job-phase.ts';
import { noteMeanwhile } from './note-meanwhile.ts';
import { rateOrgs } from './rate-orgs.ts';

const orgsAtOnce = 500;

/** The nightly rating: orgs that have a mark or that time made due. By force all that have terms are looked at from their beginning again. */
export function ratingPhase(db: pg.Pool): JobPhase {
  return {
    name: 'rating',
    setSize: orgsAtOnce,
    async due({ at, isForced }, range) {
      const { rows } = await db.query<{ org_id: string }>({
        name: 'due-for-rating',
        text: 'select org_id from due_for_rating($1, $2, $3) order by org_id collate "C"',
        values: [isForced ? 'infinity' : instantText(at), range?.after ?? '', range?.until ?? null],
      });
      return rows.map(({ org_id }) => org_id);
    },
    apply(orgIds, slot) {
      return inTenants(
        db,
        orgIds,
        async (client) => {
          await lockOrgs(client, orgIds);
          const rated = await rateOrgs(client, orgIds, slot.at, slot.isForced);
          return { ...rated, ...(await noteMeanwhile(client, orgIds, 'nightly-rating', slot)) };
        },
        keyedPlans,
      );
    },
  };
}
