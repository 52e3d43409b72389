import type pg from 'pg';
import { raisedTo } from '#domain/billing/allowance';
import { utcMonthOf } from '#domain/billing/periods';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { compare, decimal, formatDecimal } from '#domain/decimal';
import { loadTerms } from '../billing/load-terms.ts';
import { instantText } from '../instant-text.ts';
import { loadLimits } from '../metrics/ai-limits.ts';
import type { Done, StaffCommand } from './command.ts';

/**
 * Gives the running month more credits than the plan allows. Levels and cap stay the plan's; what fired stays fired, and what is over the cap is
 * judged again by the next roll-up. Key: (org, month).
 */
export async function raiseAiLimit(
  client: pg.ClientBase,
  { orgId, id, at, actor }: StaffCommand,
  { credits }: StaffCommandBody<'raise_ai_limit'>,
): Promise<Done | Refusal> {
  const month = `${utcMonthOf(at)}-01`;
  const allowance = (await loadTerms(client, [orgId])).get(orgId)?.allowanceAt(at);
  if (!allowance) return refusal('no_allowance');
  const { credits: before } = raisedTo(allowance, (await loadLimits(client, [{ orgId, month }])).get(orgId, month));
  if (compare(decimal(credits), before) <= 0) return refusal('limit_not_above');
  await client.query({
    text: `insert into org_ai_limit (org_id, month, credits, command_id, set_by, set_at) values ($1, $2, $3, $4, $5, $6)
      on conflict (org_id, month) do update set credits = excluded.credits, command_id = excluded.command_id, set_by = excluded.set_by,
        set_at = excluded.set_at`,
    values: [orgId, month, credits, id, actor.actor, instantText(at)],
  });
  await client.query("insert into metric_mark (org_id, topic, day) values ($1, 'ai', $2)", [orgId, month]);
  return { result: { month, credits, creditsBefore: formatDecimal(before) } };
}
