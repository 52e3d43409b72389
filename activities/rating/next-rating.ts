import type pg from 'pg';
import { graceEndOf } from '#domain/billing/periods';
import type { EpochMs } from '#domain/instants';
import { instantArray, textArray } from '../array-parameters.ts';
import type { Agenda } from './periods-to-rate.ts';

/** The next instant at which time alone makes something due, where it changed. */
export async function writeNextRatings(
  client: pg.ClientBase,
  agendas: readonly Agenda[],
  ...others: readonly ReadonlyMap<string, EpochMs>[]
): Promise<void> {
  const next = agendas.flatMap((agenda) => {
    const { orgId } = agenda.terms;
    const at = nextRatingAt(
      agenda,
      others.flatMap((instants) => instants.get(orgId) ?? []),
    );
    return at === agenda.terms.nextRatingAt ? [] : [{ orgId, at }];
  });
  if (next.length === 0) return;
  await client.query({
    name: 'write-next-ratings',
    text: `update org_billing b set next_rating_at = n.at from unnest($1::text[], $2::timestamptz[]) as n(org_id, at) where b.org_id = n.org_id`,
    values: [textArray(next.map(({ orgId }) => orgId)), instantArray(next.map(({ at }) => at))],
  });
}

/** The begin of the next period, the end of the grace of one that is over, or another instant at which something will be due. */
export function nextRatingAt(
  { terms, dueFrom, asOf, calendar }: Agenda,
  others: readonly EpochMs[],
): EpochMs | undefined {
  const instants = [...others];
  if (dueFrom === undefined) {
    if (terms.nextRatingAt !== undefined) instants.push(terms.nextRatingAt);
  } else if (terms.plans.length > 0 || terms.metersAt(asOf).length > 0) {
    let period = calendar(asOf);
    instants.push(period.end);
    for (; graceEndOf(period, terms.graceHours) > asOf; period = calendar(period.start - 1)) {
      instants.push(graceEndOf(period, terms.graceHours));
    }
  }
  return instants.length === 0 ? undefined : Math.min(...instants);
}
