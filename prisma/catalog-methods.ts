import type pg from 'pg';
import type { Change } from '#domain/billing/catalogue-changes';
import { stableText } from '#domain/billing/catalogue-values';
import { afterNewMethod, type DunningCase, type UtcDay } from '#domain/billing/dunning';
import { utcDayOf } from '#domain/billing/periods';
import type { EpochMs } from '#domain/instants';
import { dateOfDay } from '#domain/local-dates';

/** What waited for another method is tried again by the next tick of the collection, as when staff set one. */
export async function retryWithNewMethod(client: pg.ClientBase, changes: readonly Change[], at: EpochMs) {
  const isAnother = ({ before, after }: Change) =>
    stableText(before?.['paymentMethod']) !== stableText(after?.['paymentMethod']);
  const orgIds = changes
    .filter(
      (change) => change.entry.kind === 'org' && change.before && change.after?.['paymentMethod'] && isAnother(change),
    )
    .map(({ entry }) => entry.holder);
  if (orgIds.length === 0) return;
  const { rows: cases } = await client.query<StoredCase>(
    `select c.org_id, c.id, c.state, c.policy, c.failed_on - date '1970-01-01' as failed_on, c.steps_left,
        c.stopped_on - date '1970-01-01' as stopped_on, c.exhausted_on - date '1970-01-01' as exhausted_on
      from dunning_case c join invoice i on i.org_id = c.org_id and i.id = c.invoice_id
      where c.org_id = any($1) and (c.closed_at is null or c.state = 'ended' and c.closed_by is distinct from 'paid'
        and i.status = 'open' and i.due_minor > 0)
      for update of c`,
    [orgIds],
  );
  await client.query(
    `update dunning_case c set state = n.state, steps_left = n.steps_left, stopped_on = n.stopped_on, exhausted_on = n.exhausted_on,
        has_new_method = n.has_new_method, next_at = $2
      from json_populate_recordset(null::dunning_case, $1) n where c.org_id = n.org_id and c.id = n.id`,
    [JSON.stringify(cases.map((one) => changedCase(one, at))), new Date(at).toISOString()],
  );
}

/** Days are counted from 1970-01-01. */
interface StoredCase extends Pick<DunningCase, 'state' | 'policy'> {
  readonly org_id: string;
  readonly id: string;
  readonly failed_on: number;
  readonly steps_left: readonly number[];
  readonly stopped_on: number | null;
  readonly exhausted_on: number | null;
}

function changedCase(
  { org_id, id, state, policy, failed_on, steps_left, stopped_on, exhausted_on }: StoredCase,
  at: EpochMs,
) {
  const before: DunningCase = {
    state,
    policy,
    failedOn: failed_on,
    stepsLeft: steps_left,
    stoppedOn: stopped_on ?? undefined,
    exhaustedOn: exhausted_on ?? undefined,
    hasNewMethod: false,
  };
  const after = afterNewMethod(before, utcDayOf(at));
  return {
    org_id,
    id,
    state: after.state,
    steps_left: after.stepsLeft,
    stopped_on: dateText(after.stoppedOn),
    exhausted_on: dateText(after.exhaustedOn),
    has_new_method: after.hasNewMethod,
  };
}

function dateText(day: UtcDay | undefined) {
  return day === undefined ? undefined : dateOfDay(day);
}
