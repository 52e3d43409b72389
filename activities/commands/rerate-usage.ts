import type pg from 'pg';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { parseInstant } from '#domain/instants';
import { instantText } from '../instant-text.ts';
import type { Done, StaffCommand } from './command.ts';
import { rateOrg } from './rate-org.ts';

/**
 * Rates a meter's period again, as the night would, and says what that changes; lines that are there stay, the difference is a line of its own.
 * A dry run is taken back and says the same. Key: the lines' source keys.
 */
export async function rerateUsage(
  client: pg.ClientBase,
  command: StaffCommand,
  { isDryRun, comesToSeen, ...of }: StaffCommandBody<'rerate'>,
): Promise<Done | Refusal> {
  const period = (await readPeriod(client, command.orgId, of)) ?? (await readUnrated(client, command.orgId, of));
  if (!period) return refusal('unknown_period');
  await client.query('savepoint dry_run');
  await client.query({
    text: `insert into rating_mark (org_id, stream, meter, first_at, last_at) values ($1, 'usage', $2, $3, $3)`,
    values: [command.orgId, of.meter, of.periodStart],
  });
  const rated = await rateAndTell(client, command, of, period);
  if (isRefusal(rated)) return rated;
  if (comesToSeen !== undefined && comesToSeen !== rated.comesToMinor) return refusal('changed_meanwhile');
  if (isDryRun) await client.query('rollback to savepoint dry_run');
  return { result: { isDryRun, ...rated } };
}

/** What was said to count for nothing, or to count again, and what that changes of the period. Key: the rows, which leave their state once. */
export async function excludeUsage(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'exclude_usage'>,
) {
  return setExcluded(client, command, body, 'excluded_by is null', command.id);
}

export async function includeUsage(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'include_usage'>,
) {
  return setExcluded(client, command, body, 'excluded_by is not null', null);
}

/** Rows that one order changes at most: more are named in parts. */
const rowsChangedMax = 20_000;

async function setExcluded(
  client: pg.ClientBase,
  command: StaffCommand,
  { rows, ...of }: StaffCommandBody<'exclude_usage'>,
  before: string,
  excludedBy: string | null,
): Promise<Done | Refusal> {
  const { orgId } = command;
  const period = await readPeriod(client, orgId, of);
  if (!period) return refusal('unknown_period');
  const { rows: changed } = await client.query<{ n: number; unit: string | null }>({
    text: `with changed as (
        update usage_meter u set excluded_by = $5 where u.org_id = $1 and u.meter = $2 and u.window_start >= $3 and u.window_start < $4 and u.${before}
          and ($6::json is null or (u.event_id, u.row_index) in (select r."eventId", r.index from json_to_recordset($6) as r("eventId" text, index smallint)))
        returning 1)
      select count(*)::int as n from changed`,
    values: [orgId, of.meter, of.periodStart, period.end_at, excludedBy, rows ? JSON.stringify(rows) : null],
  });
  const count = changed[0]?.n ?? 0;
  if (count === 0 || (rows && count < rows.length)) return refusal('no_such_usage');
  if (count > rowsChangedMax) return refusal('too_much_usage');
  const rated = await rateAndTell(client, command, of, period);
  return isRefusal(rated) ? rated : { result: { rows: count, ...rated } };
}

interface OfPeriod {
  readonly meter: string;
  readonly periodStart: string;
}

interface PeriodRow {
  end_at: Date;
  quantity: string;
  booked_minor: string;
  currency: string;
  lines: number;
}

async function readPeriod(
  client: pg.ClientBase,
  orgId: string,
  { meter, periodStart }: OfPeriod,
): Promise<PeriodRow | undefined> {
  const { rows } = await client.query<PeriodRow>({
    text: `select r.period_end as end_at, trim_scale(r.quantity)::text as quantity, r.booked_minor::text, r.currency,
        (select count(*)::int from invoice_line l where l.org_id = r.org_id and l.meter = r.meter and l.period_start = r.period_start) as lines
      from rated_period r where r.org_id = $1 and r.meter = $2 and r.period_start = $3`,
    values: [orgId, meter, instantText(parseInstant(periodStart) ?? 0)],
  });
  return rows[0];
}

/** Usage that no price was in force for has come to nothing yet. */
async function readUnrated(
  client: pg.ClientBase,
  orgId: string,
  { meter, periodStart }: OfPeriod,
): Promise<PeriodRow | undefined> {
  const { rows } = await client.query<PeriodRow>({
    text: `select period_end as end_at, '0' as quantity, '0' as booked_minor, '' as currency, 0 as lines
      from unrated_usage where org_id = $1 and meter = $2 and period_start = $3`,
    values: [orgId, meter, instantText(parseInstant(periodStart) ?? 0)],
  });
  return rows[0];
}

/** Before and after, and the lines that the difference became, each with the invoice that it is on. */
async function rateAndTell(client: pg.ClientBase, command: StaffCommand, of: OfPeriod, before: PeriodRow) {
  if (!(await rateOrg(client, command))) return refusal('not_rateable');
  const after = await readPeriod(client, command.orgId, of);
  if (!after) return refusal('still_unrated');
  const { rows: lines } = await client.query<Record<string, unknown>>({
    text: `select l.source_key as "sourceKey", l.amount_minor::text as "amountMinor", trim_scale(l.quantity)::text as quantity, l.is_late as "isLate",
        l.invoice_id as "invoiceId", i.ref as "invoiceRef", l.explanation
      from invoice_line l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
      where l.org_id = $1 and l.meter = $2 and l.period_start = $3 and substring(l.source_key from ':(\\d+)$')::int > $4
      order by substring(l.source_key from ':(\\d+)$')::int`,
    values: [command.orgId, of.meter, of.periodStart, before.lines],
  });
  return {
    ...of,
    currency: after.currency,
    quantityBefore: before.quantity,
    quantity: after.quantity,
    bookedMinor: before.booked_minor,
    comesToMinor: after.booked_minor,
    lines,
  };
}
