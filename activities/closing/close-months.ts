import type pg from 'pg';
import { groupBy } from '../billing/group-by.ts';
import { loadTerms, type OrgTerms } from '../billing/load-terms.ts';
import { settleCredit } from '../collection/settle-credit.ts';
import type { Counts, SlotAt } from '../jobs/job-phase.ts';
import { closedMonths, isDueToClose, openDrafts, type ClosedMonths } from './decide-closings.ts';
import { loadCredits, loadDrafts, loadSums, type Draft } from './load-drafts.ts';
import { closerOf, writeOpenings } from './write-openings.ts';

/** Closes what is due of orgs that the caller has locked and rated. */
export async function closeMonths(client: pg.ClientBase, orgIds: readonly string[], slot: SlotAt): Promise<Counts> {
  const terms = await loadTerms(client, orgIds);
  const drafts = await loadDrafts(client, orgIds);
  const due = drafts.filter((draft) => {
    const own = terms.get(draft.orgId);
    return own !== undefined && isDueToClose(draft, own, slot.at);
  });
  await writeClosed(client, closedOf(terms, drafts, slot));
  const openings =
    due.length === 0 ? [] : openDrafts(due, await loadSums(client, due), terms, await loadCredits(client, orgIds));
  await writeOpenings(client, openings, terms, slot);
  const actor = { actorType: 'system', actor: closerOf(slot) } as const;
  if (openings.length > 0) await settleCredit(client, orgIds, { at: slot.at, actor, channels: [] });
  return { orgsClosed: orgIds.length, invoicesOpened: openings.length };
}

function closedOf(terms: ReadonlyMap<string, OrgTerms>, drafts: readonly Draft[], slot: SlotAt): ClosedMonths[] {
  const byOrg = groupBy(drafts, ({ orgId }) => orgId);
  return [...terms.values()].map((own) => closedMonths(own, byOrg.get(own.orgId) ?? [], slot.at));
}

async function writeClosed(client: pg.ClientBase, closed: readonly ClosedMonths[]): Promise<void> {
  await client.query({
    name: 'write-closed',
    text: `update org_billing b set closed_through = to_timestamp(c.closed_through / 1000), next_close_at = to_timestamp(c.next_close_at / 1000)
      from unnest($1::text[], $2::float8[], $3::float8[]) as c(org_id, closed_through, next_close_at) where b.org_id = c.org_id`,
    values: [
      closed.map(({ orgId }) => orgId),
      closed.map(({ closedThrough }) => closedThrough),
      closed.map(({ nextCloseAt }) => nextCloseAt),
    ],
  });
}
