import type pg from 'pg';
import { raisedTo } from '#domain/billing/allowance';
import type { JobName } from '#domain/jobs';
import { inTenants, keyedPlans } from '#prisma/pool';
import { loadTerms } from '../billing/load-terms.ts';
import { lockOrgs } from '../billing/lock-orgs.ts';
import type { JobPhase, SlotAt } from '../jobs/job-phase.ts';
import { alertEntries, fireAlerts } from './ai-alerts.ts';
import { loadLimits } from './ai-limits.ts';
import { summarizeMonths, type MonthUse } from './ai-summaries.ts';
import { mismatchEntries, rollBalances, type BalanceMismatch } from './credit-balances.ts';
import { aiTopics, dueForSummaries, takeAllowances, takeMarks } from './marks.ts';
import { markOverCap, type AllowedMonth } from './over-cap.ts';
import { providerOrg } from './provider-org.ts';
import { recomputeDays } from './recompute-days.ts';

const setSize = 200;

/**
 * Brings up to date what is kept of AI: the summaries of months, who is over a cap, the balances of credits, the figures of days. Fires the
 * alerts of allowances, which are told by another phase.
 * Key: the marks, which are deleted in the transaction that computes what they are about; an alert's (org, month, level).
 * @param job for the audit: on whose behalf
 * @param tell what staff are to know of, after the commit: never of what was undone
 */
export function summariesPhase(
  db: pg.Pool,
  job: JobName,
  tell: (mismatches: readonly BalanceMismatch[]) => void,
): JobPhase {
  return {
    name: 'summaries',
    setSize,
    due: (slot, range) => dueForSummaries(db, slot, range),
    async apply(orgIds, slot) {
      const done = await inTenants(
        db,
        [...orgIds, providerOrg],
        (client) => rollUp(client, orgIds, slot, `job:${job}:${slot.slot}`),
        keyedPlans,
      );
      const { alerts, mismatches, months } = done;
      if (mismatches.length > 0) tell(mismatches);
      return { monthsSummarized: months, aiAlerts: alerts, creditMismatches: mismatches.length };
    },
  };
}

async function rollUp(client: pg.ClientBase, orgIds: readonly string[], slot: SlotAt, actor: string) {
  await lockOrgs(client, orgIds);
  const marked = await takeMarks(client, orgIds, aiTopics);
  const usedOn = [...marked.filter(({ topic }) => topic === 'ai'), ...(await takeAllowances(client, orgIds, slot.at))];
  const used = await withAllowances(client, await summarizeMonths(client, usedOn, slot.at), slot);
  const capped = await markOverCap(client, used);
  const alerts = await fireAlerts(client, used, slot);
  const explained = new Set(marked.map(({ orgId }) => orgId));
  const mismatches = await rollBalances(client, orgIds, explained, slot.at);
  const dirty = new Map([...marked, ...capped].map((day) => [JSON.stringify(day), day]));
  await recomputeDays(client, [...dirty.values()]);
  await audit(client, [...alertEntries(alerts, used, actor), ...mismatchEntries(mismatches, actor)]);
  return { alerts: alerts.length, mismatches, months: used.length };
}

/** A month has the allowance of the plan that its org has at the slot, or had at the month's end; its credits may have been raised by staff. */
async function withAllowances(
  client: pg.ClientBase,
  used: readonly MonthUse[],
  { at }: SlotAt,
): Promise<AllowedMonth[]> {
  if (used.length === 0) return [];
  const terms = await loadTerms(client, [...new Set(used.map(({ orgId }) => orgId))]);
  const limits = await loadLimits(client, used);
  return used.map((month) => {
    const allowance = terms.get(month.orgId)?.allowanceAt(Math.min(at, month.end - 1));
    return { ...month, allowance: allowance && raisedTo(allowance, limits.get(month.orgId, month.month)) };
  });
}

async function audit(client: pg.ClientBase, entries: readonly object[]): Promise<void> {
  if (entries.length === 0) return;
  await client.query({ name: 'audit-ai', text: 'select append_audit($1)', values: [JSON.stringify(entries)] });
}
