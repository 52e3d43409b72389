import type pg from 'pg';
import { inTenants, keyedPlans } from '#prisma/pool';
import { lockOrgs } from '../billing/lock-orgs.ts';
import type { Counts, JobPhase } from '../jobs/job-phase.ts';
import { dueForMetrics, otherTopics, takeMarks } from './marks.ts';
import { providerOrg } from './provider-org.ts';
import { recomputeDays } from './recompute-days.ts';
import { rollMovements } from './roll-movements.ts';

const setSize = 200;

/**
 * Brings the figures of days, and the movements of MRR, up to date with their source, whatever the slot.
 * Key: the marks, which are deleted in the transaction that computes what they are about.
 */
export function metricsPhase(db: pg.Pool): JobPhase {
  return {
    name: 'metrics',
    setSize,
    due: (_slot, range) => dueForMetrics(db, otherTopics, range),
    apply: (orgIds) => inTenants(db, [...orgIds, providerOrg], (client) => rollUp(client, orgIds), keyedPlans),
  };
}

async function rollUp(client: pg.ClientBase, orgIds: readonly string[]): Promise<Counts> {
  await lockOrgs(client, orgIds);
  const marked = await takeMarks(client, orgIds, otherTopics);
  const moving = marked.filter(({ topic }) => topic === 'subscriptions').map(({ orgId }) => orgId);
  const moved = await rollMovements(client, [...new Set(moving)]);
  const dirty = new Map([...marked, ...moved].map((day) => [JSON.stringify(day), day]));
  await recomputeDays(client, [...dirty.values()]);
  return { orgsRolledUp: orgIds.length, daysComputed: dirty.size };
}
