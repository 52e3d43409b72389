import type pg from 'pg';
import { readHeads, writeAnchors } from '#prisma/audit-anchors';
import { inRange, type JobPhase } from '../job-phase.ts';
import { provider } from '../record-job-events.ts';

/**
 * Writes the heads of all audit chains where the database's superuser cannot change them. Key: the file of the slot, written once.
 * @param folder undefined: this deployment keeps none
 */
export function anchorsPhase(verifier: pg.Pool, folder: string | undefined): JobPhase {
  const all = folder === undefined ? [] : ['heads'];
  return {
    name: 'anchors',
    setSize: 1,
    orgOf: () => provider,
    due: (_slot, range) => Promise.resolve(inRange(all, range)),
    async apply(_ids, { slot }) {
      if (folder === undefined) return {};
      const heads = await readHeads(verifier);
      return { anchored: (await writeAnchors(folder, slot, heads)) ? heads.length : 0 };
    },
  };
}
