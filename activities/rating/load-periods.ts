import type pg from 'pg';
import { z } from 'zod';
import type { Period } from '#domain/billing/periods';
import { nothingBooked, type Booked, type BookedPeriod } from '#domain/billing/rating';
import { decimal, formatDecimal, type Decimal } from '#domain/decimal';
import { dayMs, type EpochMs } from '#domain/instants';
import { instantArray, textArray } from '../array-parameters.ts';
import { groupBy } from '../billing/group-by.ts';
import { msOf } from '../instant-text.ts';

/** A period as the last rating of it left it. */
export interface RatedPeriod extends Period {
  readonly meter: string;
  readonly usageRows: number;
  readonly quantity: Decimal;
  readonly currency: string;
  readonly bookedMinor: bigint;
  readonly booked: BookedPeriod;
  readonly isClosed: boolean;
  /** By which it was closed, where the org's own became another since. */
  readonly graceHours: number | undefined;
}

/** The rated periods of a meter that may touch a stretch of time. */
export interface Stretch {
  readonly orgId: string;
  readonly meter: string;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
}

interface PeriodRow {
  org_id: string;
  meter: string;
  start_at: number;
  end_at: number;
  quantity: string;
  usage_rows: string;
  currency: string;
  booked_minor: string;
  booked: unknown;
  is_closed: boolean;
  grace_hours: number | null;
}

const aroundMs = 63 * dayMs;

/**
 * Rows are compared as a whole, in the order of the key: no other index of the table begins like that. While the table is all but empty they cost
 * the same, and one may be taken until the table was analyzed.
 */
export async function loadRatedPeriods(
  client: pg.ClientBase,
  stretches: readonly Stretch[],
): Promise<Map<string, RatedPeriod[]>> {
  if (stretches.length === 0) return new Map();
  const { rows } = await client.query<PeriodRow>({
    name: 'load-rated-periods',
    text: `select r.org_id, r.meter, ${msOf('r.period_start')} as start_at,
        ${msOf('r.period_end')} as end_at, r.quantity, r.usage_rows, r.currency, r.booked_minor, r.booked,
        r.closed_at is not null as is_closed, r.grace_hours
      from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as s(org_id, meter, first_at, last_at)
      cross join lateral (select * from rated_period r
        where (r.org_id, r.meter, r.period_start) >= (s.org_id, s.meter, s.first_at)
          and (r.org_id, r.meter, r.period_start) <= (s.org_id, s.meter, s.last_at) offset 0) r
      order by r.org_id, r.meter, r.period_start`,
    values: [
      textArray(stretches.map(({ orgId }) => orgId)),
      textArray(stretches.map(({ meter }) => meter)),
      instantArray(stretches.map(({ firstAt }) => firstAt - aroundMs)),
      instantArray(stretches.map(({ lastAt }) => lastAt + aroundMs)),
    ],
  });
  return groupBy(rows.map(periodOf), ({ orgId, meter }) => periodsKey(orgId, meter));
}

export function periodsKey(orgId: string, meter: string): string {
  return `${meter}/${orgId}`;
}

export function bookedText({ lines, inTime, late }: BookedPeriod): string {
  return JSON.stringify({ lines, inTime: partText(inTime), late: partText(late) });
}

function periodOf(row: PeriodRow): RatedPeriod & { readonly orgId: string } {
  return {
    orgId: row.org_id,
    meter: row.meter,
    start: Math.round(row.start_at),
    end: Math.round(row.end_at),
    usageRows: Number(row.usage_rows),
    quantity: decimal(row.quantity),
    currency: row.currency,
    bookedMinor: BigInt(row.booked_minor),
    booked: bookedSchema.parse(row.booked),
    isClosed: row.is_closed,
    graceHours: row.grace_hours ?? undefined,
  };
}

function partText({ quantity, tier, usageMinor, discountMinor, commitmentMinor }: Booked) {
  return {
    quantity: formatDecimal(quantity),
    tier,
    usageMinor: String(usageMinor),
    discountMinor: String(discountMinor),
    commitmentMinor: String(commitmentMinor),
  };
}

const minor = z.string().transform(BigInt);
const part = z.object({
  quantity: z.string().transform(decimal),
  tier: z.int().optional(),
  usageMinor: minor,
  discountMinor: minor,
  commitmentMinor: minor,
});
/** A period without lines keeps nothing. */
const bookedSchema = z.union([
  z.object({ lines: z.int(), inTime: part, late: part }),
  z.strictObject({}).transform(() => nothingBooked),
]);
