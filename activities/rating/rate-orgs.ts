import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import { loadTerms } from '../billing/load-terms.ts';
import { writeLines } from '../billing/write-lines.ts';
import type { Counts } from '../jobs/job-phase.ts';
import { writeNextRatings } from './next-rating.ts';
import { agendaOf } from './periods-to-rate.ts';
import { rateMeters } from './rate-meters.ts';
import { rateSources } from './rate-sources.ts';
import { takeMarks } from './take-marks.ts';
import { writePeriods } from './write-periods.ts';

/**
 * Brings what orgs owe up to date as of a slot: usage, subscriptions, add-ons, AI credits and leads become lines of their drafts, the
 * difference to what is booked. In the caller's transaction, which has locked the orgs. With nothing new nothing is written.
 * By force all of it is looked at from the beginning of the org's terms, which changes nothing either.
 * Key: (org, meter, period start) of what was rated, (org, source key) of each line.
 */
export async function rateOrgs(
  client: pg.ClientBase,
  orgIds: readonly string[],
  slotAt: EpochMs,
  isForced = false,
): Promise<Counts> {
  const marks = await takeMarks(client, orgIds);
  const terms = await loadTerms(client, orgIds);
  const agendas = [...terms.values()].flatMap(
    (one) => agendaOf(one, marks.get(one.orgId) ?? [], slotAt, isForced) ?? [],
  );
  if (agendas.length === 0) return { orgs: 0, lines: 0, periods: 0, unrated: 0 };
  const sources = await rateSources(client, agendas);
  const ratings = await rateMeters(client, agendas);
  const lines = [...ratings.rated.flatMap((one) => one.lines), ...sources.lines];
  await writeLines(client, terms, lines, slotAt);
  await writePeriods(client, ratings, slotAt);
  await writeNextRatings(client, agendas, sources.nextAt, ratings.nextAt);
  return {
    orgs: agendas.length,
    lines: lines.length,
    periods: ratings.rated.length,
    unrated: ratings.unrated.length,
  };
}
