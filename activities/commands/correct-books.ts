import type pg from 'pg';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { compare, decimal, wholeDecimal, zero, type Decimal } from '#domain/decimal';
import { parseInstant } from '#domain/instants';
import { instantText } from '../instant-text.ts';
import { overageMeter } from '../rating/periods-to-rate.ts';
import type { Done, StaffCommand } from './command.ts';

/** Adds a row of the staff's own to a meter, which may be negative; the next rating bills the difference. Key: the command. */
export async function correctUsage(
  client: pg.ClientBase,
  { orgId, id, at }: StaffCommand,
  { meter, quantity, windowStart, windowEnd }: StaffCommandBody<'correct_usage'>,
): Promise<Done | Refusal> {
  // What no grant covers is counted, and corrected as credits are.
  if (meter === overageMeter) return refusal('unknown_meter');
  const { rows: known } = await client.query<{ aggregation: string | null }>(
    `select aggregation from meter where id = $2
     union all (select null from usage_meter where org_id = $1 and meter = $2 limit 1)`,
    [orgId, meter],
  );
  if (known.length === 0) return refusal('unknown_meter');
  const refused = refusedCorrection(known[0]?.aggregation, decimal(quantity));
  if (refused) return refused;
  await client.query({
    text: `insert into usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at, is_correction)
      values ($1, $2, 0, $3, $4, $5, $6, $7, $7, true)`,
    values: [orgId, `staff:${id}`, meter, quantity, windowStart, windowEnd, instantText(at)],
  });
  return { result: { meter, quantity, windowStart, windowEnd } };
}

/** What the meter would not bill as staff mean it. */
function refusedCorrection(aggregation: string | null | undefined, quantity: Decimal): Refusal | undefined {
  // One row more is billed of it, also where staff meant some less.
  if (aggregation === 'count' && compare(quantity, wholeDecimal(1n)) !== 0) return refusal('rows_are_counted');
  if (aggregation === 'max' || aggregation === 'latest')
    return compare(quantity, zero) < 0 ? refusal('one_row_stands') : undefined;
  return undefined;
}

/** Grants AI credits, or takes some: below 0. Key: the command. */
export async function correctCredits(
  client: pg.ClientBase,
  { orgId, id, at, reason }: StaffCommand,
  { credits, expiresAt }: StaffCommandBody<'correct_credits'>,
): Promise<Done | Refusal> {
  if (expiresAt !== undefined && (parseInstant(expiresAt) ?? at) <= at) return refusal('not_ahead');
  await client.query({
    text: `insert into credit_grant (org_id, source, id, credits, granted_at, expires_at, meta) values ($1, 'staff', $2, $3, $4, $5, $6)`,
    values: [orgId, id, credits, instantText(at), expiresAt ?? null, JSON.stringify({ reason })],
  });
  return { result: { credits, expiresAt } };
}
