import type pg from 'pg';
import { formatDecimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { bigintArray, instantArray, jsonArray, textArray } from '../array-parameters.ts';
import { instantText } from '../instant-text.ts';
import { bookedText } from './load-periods.ts';
import { rowsOf, type MeterRatings, type RatedNow, type UnratedNow } from './rate-meters.ts';

/** Keeps what was rated, and what could not be. Key: (org, meter, period start). */
export async function writePeriods(client: pg.ClientBase, ratings: MeterRatings, slotAt: EpochMs): Promise<void> {
  await writeRated(client, ratings.rated, slotAt);
  await writeUnrated(client, ratings, slotAt);
}

async function writeRated(client: pg.ClientBase, rated: readonly RatedNow[], slotAt: EpochMs): Promise<void> {
  if (rated.length === 0) return;
  await client.query({
    name: 'write-rated-periods',
    text: `insert into rated_period as r (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at, closed_at, usage_rows,
        booked, adjusted_at, late_rows, late_at)
      select org_id, meter, period_start, period_end, quantity::numeric, booked_minor, currency, $1::timestamptz, closed_at, usage_rows, booked, adjusted_at,
        late_rows, case when late_rows > 0 then $1::timestamptz end
      from unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::bigint[], $8::text[], $9::timestamptz[], $10::bigint[],
          $11::jsonb[], $12::timestamptz[], $13::bigint[])
        as p(org_id, meter, period_start, period_end, quantity, booked_minor, currency, closed_at, usage_rows, booked, adjusted_at, late_rows)
      on conflict (org_id, meter, period_start) do update set quantity = excluded.quantity, booked_minor = excluded.booked_minor,
        currency = excluded.currency, rated_at = excluded.rated_at, closed_at = coalesce(r.closed_at, excluded.closed_at),
        usage_rows = excluded.usage_rows, booked = excluded.booked, adjusted_at = coalesce(excluded.adjusted_at, r.adjusted_at),
        late_rows = excluded.late_rows, late_at = case when excluded.late_rows <> r.late_rows then excluded.late_at else r.late_at end`,
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
      jsonArray(rated.map(({ booked }) => (booked.lines > 0 ? bookedText(booked) : '{}'))),
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
