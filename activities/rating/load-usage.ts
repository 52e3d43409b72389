import type pg from 'pg';
import type { Aggregation, PeriodUsage, Windows } from '#domain/billing/aggregation';
import { graceEndOf, type Period } from '#domain/billing/periods';
import { decimal, zero, type Decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
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

type Sides = ReadonlyMap<number, Side>;

export const nothingUsed: PeriodUsage = { inTimeQuantity: zero, quantity: zero };

/** What each period counted, in the order asked for. The rows stay in the database; each is read once, and twice where some came late. */
export async function loadUsage(client: pg.ClientBase, wanted: readonly ToCount[]): Promise<PeriodUsage[]> {
  if (wanted.length === 0) return [];
  const told = wanted.map(toldOf);
  const all = await sidesOf(client, wanted, told);
  const withLate = new Set(
    wanted.flatMap((one, n) => ((all.get(n)?.lastReceivedAt ?? -Infinity) >= lateFrom(one) ? [n] : [])),
  );
  const ofLate = told.filter(({ n }) => withLate.has(n));
  const late = await sidesOf(
    client,
    wanted,
    ofLate.map((one) => ({ ...one, received_from: one.late_at })),
  );
  const inTime = await sidesOf(
    client,
    wanted,
    ofLate.map((one) => ({ ...one, received_until: one.late_at })),
  );
  return wanted.map((_, n) => {
    const whole = all.get(n);
    if (!whole) return nothingUsed;
    if (!withLate.has(n))
      return { inTimeQuantity: whole.quantity, quantity: whole.quantity, inTimeWindows: whole.windows };
    const { quantity: inTimeQuantity = zero, windows: inTimeWindows } = inTime.get(n) ?? {};
    return { inTimeQuantity, quantity: whole.quantity, inTimeWindows, lateWindows: late.get(n)?.windows };
  });
}

type Told = ReturnType<typeof toldOf>;

async function sidesOf(client: pg.ClientBase, wanted: readonly ToCount[], told: readonly Told[]): Promise<Sides> {
  if (told.length === 0) return new Map();
  const { rows } = await client.query<SideRow>({
    name: 'usage-of-periods',
    text: 'select n, usage_rows, total, highest, first_start, last_end, last_received from usage_of_periods($1)',
    values: [JSON.stringify(told)],
  });
  const counted = new Set(rows.map(({ n }) => n));
  const latest = await latestOf(
    client,
    told.filter(({ n }) => counted.has(n) && wanted[n]?.aggregation === 'latest'),
  );
  return new Map(rows.map((row) => [row.n, sideOf(row, latest.get(row.n), wanted[row.n]?.aggregation ?? 'sum')]));
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

async function latestOf(client: pg.ClientBase, told: readonly Told[]): Promise<Map<number, Decimal>> {
  if (told.length === 0) return new Map();
  const { rows } = await client.query<{ n: number; quantity: string }>({
    name: 'latest-of-periods',
    text: 'select n, quantity from latest_of_periods($1)',
    values: [JSON.stringify(told)],
  });
  return new Map(rows.map(({ n, quantity }) => [n, decimal(quantity)]));
}

function toldOf(one: ToCount, n: number) {
  const { orgId, meter, period } = one;
  return {
    n,
    org_id: orgId,
    meter,
    start_at: instantText(period.start),
    end_at: instantText(period.end),
    late_at: instantText(lateFrom(one)),
    received_from: '-infinity',
    received_until: 'infinity',
  };
}

function lateFrom({ period, graceHours }: ToCount): EpochMs {
  return graceEndOf(period, graceHours);
}
