import type pg from 'pg';
import type { Aggregation, PeriodUsage, Windows } from '#domain/billing/aggregation';
import { graceEndOf, type Period } from '#domain/billing/periods';
import { decimal, zero, type Decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { instantArray, textArray } from '../array-parameters.ts';
import { instantText } from '../instant-text.ts';

/** A meter's period whose rows are to be counted. */
export interface ToCount {
  readonly orgId: string;
  readonly meter: string;
  readonly aggregation: Aggregation;
  readonly period: Period;
  readonly graceHours: number;
}

interface SideRow {
  n: number;
  usage_rows: string;
  total: string;
  highest: string;
  first_start: number;
  last_end: number;
  last_received: number;
}

interface Side {
  readonly windows: Windows;
  readonly quantity: Decimal;
  readonly lastReceivedAt: EpochMs;
}

type Sides = ReadonlyMap<ToCount, Side>;

/** Rows that arrived from the first instant on and before the second. */
interface Arrival {
  readonly from: (one: ToCount) => EpochMs;
  readonly until: (one: ToCount) => EpochMs;
}

const ever: Arrival = { from: () => -Infinity, until: () => Infinity };
const inTimeOnly: Arrival = { ...ever, until: lateFrom };
const lateOnly: Arrival = { ...ever, from: lateFrom };

export const nothingUsed: PeriodUsage = { inTimeQuantity: zero, quantity: zero };

/** What each period counted, in the order asked for. The rows stay in the database; each is read once, and twice where some came late. */
export async function loadUsage(client: pg.ClientBase, wanted: readonly ToCount[]): Promise<PeriodUsage[]> {
  if (wanted.length === 0) return [];
  const all = await sidesOf(client, wanted, ever);
  const withLate = wanted.filter((one) => (all.get(one)?.lastReceivedAt ?? -Infinity) >= lateFrom(one));
  const late = await sidesOf(client, withLate, lateOnly);
  const inTime = await sidesOf(client, withLate, inTimeOnly);
  return wanted.map((one) => {
    const whole = all.get(one);
    if (!whole) return nothingUsed;
    const lateWindows = late.get(one)?.windows;
    if (!lateWindows) return { inTimeQuantity: whole.quantity, quantity: whole.quantity, inTimeWindows: whole.windows };
    const { quantity: inTimeQuantity = zero, windows: inTimeWindows } = inTime.get(one) ?? {};
    return { inTimeQuantity, quantity: whole.quantity, inTimeWindows, lateWindows };
  });
}

async function sidesOf(client: pg.ClientBase, wanted: readonly ToCount[], arrival: Arrival): Promise<Sides> {
  if (wanted.length === 0) return new Map();
  const { rows } = await client.query<SideRow>({
    name: 'usage-of-periods',
    text: `select n, usage_rows, total, highest, first_start, last_end, last_received
      from usage_of_periods($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])`,
    values: [
      textArray(wanted.map(({ orgId }) => orgId)),
      textArray(wanted.map(({ meter }) => meter)),
      instantArray(wanted.map(({ period }) => period.start)),
      instantArray(wanted.map(({ period }) => period.end)),
      instantArray(wanted.map(arrival.from)),
      instantArray(wanted.map(arrival.until)),
    ],
  });
  const counted = rows.flatMap((row) => {
    const one = wanted[row.n - 1];
    return one ? [{ one, row }] : [];
  });
  const latest = await latestOf(
    client,
    counted.flatMap(({ one }) => (one.aggregation === 'latest' ? [one] : [])),
    arrival,
  );
  return new Map(counted.map(({ one, row }) => [one, sideOf(row, latest.get(one), one.aggregation)]));
}

function sideOf(row: SideRow, latest: Decimal | undefined, aggregation: Aggregation): Side {
  const rows = Number(row.usage_rows);
  const windows = { rows, firstStart: Math.round(row.first_start), lastEnd: Math.round(row.last_end) };
  return { windows, quantity: quantityOf(row, latest, aggregation), lastReceivedAt: Math.round(row.last_received) };
}

function quantityOf({ usage_rows, total, highest }: SideRow, latest: Decimal | undefined, aggregation: Aggregation) {
  switch (aggregation) {
    case 'sum':
      return decimal(total);
    case 'max':
      return decimal(highest);
    case 'latest':
      return latest ?? zero;
    case 'count':
      return decimal(usage_rows);
  }
}

async function latestOf(client: pg.ClientBase, wanted: readonly ToCount[], { until }: Arrival) {
  if (wanted.length === 0) return new Map<ToCount, Decimal>();
  const told = wanted.map((one, n) => ({
    n,
    org_id: one.orgId,
    meter: one.meter,
    start_at: instantText(one.period.start),
    end_at: instantText(one.period.end),
    received_until: until(one) === Infinity ? 'infinity' : instantText(until(one)),
  }));
  const { rows } = await client.query<{ n: number; quantity: string }>({
    name: 'latest-of-periods',
    text: 'select n, quantity from latest_of_periods($1)',
    values: [JSON.stringify(told)],
  });
  return new Map(
    rows.flatMap(({ n, quantity }) => {
      const one = wanted[n];
      return one ? [[one, decimal(quantity)] as const] : [];
    }),
  );
}

function lateFrom({ period, graceHours }: ToCount): EpochMs {
  return graceEndOf(period, graceHours);
}
