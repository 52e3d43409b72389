import type pg from 'pg';
import { graceEndOf } from '#domain/billing/periods';
import type { EpochMs } from '#domain/instants';
import { instantArray, textArray } from '../array-parameters.ts';
import type { Agenda } from './periods-to-rate.ts';

/** The next instant at which time alone makes something due, where it changed. */
export async function writeNextRatings(
  client: pg.ClientBase,
  agendas: readonly Agenda[],
  subscriptions: ReadonlyMap<string, EpochMs>,
): Promise<void> {
  const next = agendas.flatMap((agenda) => {
    const at = nextRatingAt(agenda, subscriptions.get(agenda.terms.orgId));
    return at === agenda.terms.nextRatingAt ? [] : [{ orgId: agenda.terms.orgId, at }];
  });
  if (next.length === 0) return;
  await client.query({
    name: 'write-next-ratings',
    text: `update org_billing b set next_rating_at = n.at from unnest($1::text[], $2::timestamptz[]) as n(org_id, at) where b.org_id = n.org_id`,
    values: [textArray(next.map(({ orgId }) => orgId)), instantArray(next.map(({ at }) => at))],
  });
}

/** The begin of the next period, the end of the grace of one that is over, or the next charge of a subscription. */
export function nextRatingAt(
  { terms, dueFrom, asOf, calendar }: Agenda,
  subscriptionAt: EpochMs | undefined,
): EpochMs | undefined {
  const instants: EpochMs[] = [];
  if (subscriptionAt !== undefined) instants.push(subscriptionAt);
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
