import type pg from 'pg';
import { formatDecimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { bigintArray, instantArray, textArray } from '../array-parameters.ts';
import { instantText } from '../instant-text.ts';
import { bookedText } from './load-periods.ts';
import { rowsOf, type MeterRatings, type RatedNow, type UnratedNow } from './rate-meters.ts';

/** Keeps what was rated, and what could not be. Key: (org, meter, period start). */
export async function writePeriods(client: pg.ClientBase, ratings: MeterRatings, slotAt: EpochMs): Promise<void> {
  await writeRated(client, ratings.rated, slotAt);
  await writeUnrated(client, ratings, slotAt);
}

async function writeRated(client: pg.ClientBase, rated: readonly RatedNow[], slotAt: EpochMs): Promise<void> {
  await write(
    client,
    rated.filter(({ isKnown }) => !isKnown),
    slotAt,
    'insert-rated-periods',
    `insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at, closed_at, usage_rows,
        booked, adjusted_at, late_rows, late_at)
      select org_id, meter, period_start, period_end, quantity::numeric, booked_minor, currency, $1::timestamptz, closed_at, usage_rows, booked::jsonb,
        adjusted_at, late_rows, case when late_rows > 0 then $1::timestamptz end
      from ${toldPeriods}`,
  );
  await write(
    client,
    rated.filter(({ isKnown }) => isKnown),
    slotAt,
    'change-rated-periods',
    `update rated_period r set quantity = p.quantity::numeric, booked_minor = p.booked_minor, currency = p.currency, rated_at = $1::timestamptz,
        closed_at = coalesce(r.closed_at, p.closed_at), usage_rows = p.usage_rows, booked = p.booked::jsonb,
        adjusted_at = coalesce(p.adjusted_at, r.adjusted_at), late_rows = p.late_rows,
        late_at = case when p.late_rows = r.late_rows then r.late_at when p.late_rows > 0 then $1::timestamptz end
      from ${toldPeriods}
      where r.org_id = p.org_id and r.meter = p.meter and r.period_start = p.period_start`,
  );
}

/** JSON comes as its text: to read a whole array of it leaves behind, until the statement ends, what reading each left. */
const toldPeriods = `unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::bigint[], $8::text[], $9::timestamptz[],
          $10::bigint[], $11::text[], $12::timestamptz[], $13::bigint[])
        as p(org_id, meter, period_start, period_end, quantity, booked_minor, currency, closed_at, usage_rows, booked, adjusted_at, late_rows)`;

async function write(client: pg.ClientBase, rated: readonly RatedNow[], slotAt: EpochMs, name: string, text: string) {
  if (rated.length === 0) return;
  await client.query({
    name,
    text,
    values: [
      instantText(slotAt),
      textArray(rated.map(({ terms }) => terms.orgId)),
      textArray(rated.map(({ meter }) => meter)),
      instantArray(rated.map(({ period }) => period.start)),
      instantArray(rated.map(({ period }) => period.end)),
      textArray(rated.map(({ usage }) => formatDecimal(usage.quantity))),
      bigintArray(rated.map(({ bookedMinor }) => bookedMinor)),
      textArray(rated.map(({ price }) => price.currency)),
      instantArray(rated.map(({ isClosed }) => (isClosed ? slotAt : undefined))),
      bigintArray(rated.map(({ usage }) => BigInt(rowsOf(usage)))),
      textArray(rated.map(({ booked }) => (booked.lines > 0 ? bookedText(booked) : '{}'))),
      instantArray(rated.map((one) => (isAdjustment(one) ? slotAt : undefined))),
      bigintArray(rated.map(({ usage }) => BigInt(usage.lateWindows?.rows ?? 0))),
    ],
  });
}

/** Its month is invoiced: what is booked now goes on a later one. */
function isAdjustment({ terms, period, lines }: RatedNow): boolean {
  return lines.length > 0 && (terms.closedThrough ?? -Infinity) >= period.end;
}

async function writeUnrated(client: pg.ClientBase, { unrated, settled }: MeterRatings, slotAt: EpochMs): Promise<void> {
  if (settled.length > 0) {
    const told = settled.map(({ orgId, usage }) => ({
      org_id: orgId,
      meter: usage.meter,
      period_start: instantText(usage.start),
    }));
    await client.query({
      name: 'settle-unrated',
      text: `delete from unrated_usage u using json_to_recordset($1) as p(org_id text, meter text, period_start timestamptz)
        where u.org_id = any($2) and u.org_id = p.org_id and u.meter = p.meter and u.period_start = p.period_start`,
      values: [JSON.stringify(told), [...new Set(settled.map(({ orgId }) => orgId))]],
    });
  }
  const present = unrated.filter(({ usage }) => rowsOf(usage) > 0);
  if (present.length === 0) return;
  await client.query({
    name: 'write-unrated',
    text: `insert into unrated_usage (org_id, meter, period_start, period_end, reason, usage_rows, quantity, noted_at)
      select org_id, meter, period_start, period_end, reason, usage_rows, quantity, $2
      from json_to_recordset($1) as p(org_id text, meter text, period_start timestamptz, period_end timestamptz, reason text, usage_rows bigint,
        quantity numeric)
      on conflict (org_id, meter, period_start) do update set period_end = excluded.period_end, reason = excluded.reason,
        usage_rows = excluded.usage_rows, quantity = excluded.quantity`,
    values: [JSON.stringify(present.map(unratedRow)), instantText(slotAt)],
  });
}

function unratedRow({ terms, meter, period, usage, reason }: UnratedNow) {
  return {
    org_id: terms.orgId,
    meter,
    period_start: instantText(period.start),
    period_end: instantText(period.end),
    reason,
    usage_rows: rowsOf(usage),
    quantity: formatDecimal(usage.quantity),
  };
}
