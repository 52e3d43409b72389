import type pg from 'pg';
import type { Logger } from 'pino';
import { invariantIds, type Violation } from '#prisma/invariants';
import { inTenants } from '#prisma/pool';
import { inRange, type JobPhase, type SlotAt } from '../job-phase.ts';
import { byBytes } from '../plan-pages.ts';
import { provider, recordJobEvents } from '../record-job-events.ts';
import { parkThings } from './park-things.ts';
import { parkedBy } from './parking.ts';

export interface InvariantsResources {
  readonly db: pg.Pool;
  /** Reads all tenants. */
  readonly verifier: pg.Pool;
  readonly log: Logger;
}

/** Findings that are kept and parked for, of one invariant and slot. */
export const violationsMax = 1_000;
const shownMax = 5;

/**
 * Looks at each invariant, keeps what violates it, and parks what it concerns; what is no longer found is let go again.
 * Key: a finding is (invariant, slot, org, subject); what is parked names the invariants it is parked for.
 */
export function invariantsPhase(resources: InvariantsResources): JobPhase {
  return {
    name: 'invariants',
    setSize: 1,
    pageSize: 5,
    orgOf: () => provider,
    due: (_slot, range) => Promise.resolve(inRange(invariantIds.toSorted(byBytes), range)),
    apply: async ([invariant], slot) => (invariant === undefined ? {} : lookAt(resources, invariant, slot)),
  };
}

async function lookAt({ db, verifier, log }: InvariantsResources, invariant: string, slot: SlotAt) {
  const found = await readViolations(verifier, invariant);
  const violations = found.slice(0, violationsMax);
  if (violations.length > 0) {
    const shown = violations.slice(0, shownMax).map(({ orgId, subject }) => `${orgId ?? provider} ${subject}`);
    log.error({ invariant, slot: slot.slot, violations: violations.length, shown }, 'an invariant is broken');
    await keepFindings(db, invariant, slot, violations);
  }
  const kind = parkedBy[invariant];
  const isWhole = found.length <= violationsMax;
  const parked = kind && (await parkThings({ db, verifier }, { invariant, kind, slot, violations, isWhole }));
  return { checked: 1, violations: violations.length, ...parked };
}

async function readViolations(verifier: pg.Pool, invariant: string): Promise<Violation[]> {
  const { rows } = await verifier.query<Violation>(
    `select org_id as "orgId", subject, detail from invariant_${invariant} limit ${violationsMax + 1}`,
  );
  return rows;
}

async function keepFindings(db: pg.Pool, invariant: string, { slot }: SlotAt, violations: readonly Violation[]) {
  const rows = violations.map(({ orgId, subject, detail }) => ({ org_id: orgId ?? provider, subject, detail }));
  const orgs = [...new Set([provider, ...rows.map((row) => row.org_id)])];
  await inTenants(db, orgs, async (client) => {
    const { rowCount } = await client.query({
      text: `insert into invariant_finding (invariant, slot, org_id, subject, detail, found_at)
        select $1, $2, r.org_id, r.subject, min(r.detail), clock_timestamp()
        from json_to_recordset($3) as r(org_id text, subject text, detail text) group by r.org_id, r.subject
        order by r.org_id, r.subject on conflict do nothing`,
      values: [invariant, slot, JSON.stringify(rows)],
    });
    if (rowCount === 0) return;
    const shown = rows.slice(0, shownMax).map(({ org_id, subject }) => `${org_id} ${subject}`);
    await recordJobEvents(client, { job: 'invariants', slot }, [
      {
        action: 'invariant.broken',
        subject: `invariant/${invariant}`,
        outcome: 'failed',
        detail: { violations: violations.length, shown },
      },
    ]);
  });
}
