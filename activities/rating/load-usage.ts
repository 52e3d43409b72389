import type pg from 'pg';
import type { Aggregation, PeriodUsage, Windows } from '#domain/billing/aggregation';
import { graceEndOf, type Period } from '#domain/billing/periods';
import { add, decimal, largest, wholeDecimal, zero, type Decimal } from '#domain/decimal';
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
  is_late: boolean;
  usage_rows: string;
  quantity: string | null;
  first_start: number;
  last_end: number;
}

interface Side {
  readonly windows: Windows;
  readonly quantity: Decimal;
}

export const nothingUsed: PeriodUsage = { inTimeQuantity: zero, quantity: zero };

/** What each period counted, in the order asked for. The rows stay in the database; each is read once, by the index of its meter and window. */
export async function loadUsage(client: pg.ClientBase, wanted: readonly ToCount[]): Promise<PeriodUsage[]> {
  if (wanted.length === 0) return [];
  const { rows } = await client.query<SideRow>({
    name: 'usage-of-periods',
    text: 'select n, is_late, usage_rows, quantity, first_start, last_end from usage_of_periods($1)',
    values: [JSON.stringify(wanted.map(toldOf))],
  });
  const inTime = sidesOf(rows.filter(({ is_late }) => !is_late));
  const late = sidesOf(rows.filter(({ is_late }) => is_late));
  const latest = await loadLatest(client, wanted, late);
  return wanted.map((one, n) => latest.get(n) ?? together(one.aggregation, inTime.get(n), late.get(n)));

  async function loadLatest(db: pg.ClientBase, all: readonly ToCount[], lateSides: ReadonlyMap<number, Side>) {
    const asked = all.flatMap((one, n) => (one.aggregation === 'latest' && (inTime.has(n) || late.has(n)) ? [n] : []));
    if (asked.length === 0) return new Map<number, PeriodUsage>();
    const ofAll = await latestOf(db, all, asked, 'infinity');
    const ofInTime = await latestOf(
      db,
      all,
      asked.filter((n) => lateSides.has(n)),
    );
    return new Map(
      asked.map((n) => {
        const quantity = ofAll.get(n) ?? zero;
        const inTimeQuantity = lateSides.has(n) ? (ofInTime.get(n) ?? zero) : quantity;
        const [inTimeWindows, lateWindows] = [inTime.get(n)?.windows, lateSides.get(n)?.windows];
        return [n, { inTimeQuantity, quantity, inTimeWindows, lateWindows }];
      }),
    );
  }
}

async function latestOf(client: pg.ClientBase, all: readonly ToCount[], asked: readonly number[], until?: 'infinity') {
  if (asked.length === 0) return new Map<number, Decimal>();
  const told = asked.flatMap((n) => {
    const one = all[n];
    return one ? [{ ...toldOf(one, n), ...(until && { late_at: until }) }] : [];
  });
  const { rows } = await client.query<{ n: number; quantity: string }>({
    name: 'latest-of-periods',
    text: 'select n, quantity from latest_of_periods($1)',
    values: [JSON.stringify(told)],
  });
  return new Map(rows.map(({ n, quantity }) => [n, decimal(quantity)]));
}

function toldOf({ orgId, meter, aggregation, period, graceHours }: ToCount, n: number) {
  return {
    n,
    org_id: orgId,
    meter,
    aggregation,
    start_at: instantText(period.start),
    end_at: instantText(period.end),
    late_at: instantText(graceEndOf(period, graceHours)),
  };
}

function sidesOf(rows: readonly SideRow[]): Map<number, Side> {
  return new Map(
    rows.map(({ n, usage_rows, quantity, first_start, last_end }) => {
      const windows = {
        rows: Number(usage_rows),
        firstStart: Math.round(first_start),
        lastEnd: Math.round(last_end),
      };
      return [n, { windows, quantity: quantity === null ? zero : decimal(quantity) }];
    }),
  );
}

function together(aggregation: Aggregation, inTime: Side | undefined, late: Side | undefined): PeriodUsage {
  const [one, other] = [quantityOf(aggregation, inTime), quantityOf(aggregation, late)];
  return {
    inTimeQuantity: one ?? zero,
    quantity: one && other ? joined(aggregation, one, other) : (one ?? other ?? zero),
    inTimeWindows: inTime?.windows,
    lateWindows: late?.windows,
  };
}

function quantityOf(aggregation: Aggregation, side: Side | undefined): Decimal | undefined {
  return side && aggregation === 'count' ? wholeDecimal(BigInt(side.windows.rows)) : side?.quantity;
}

function joined(aggregation: Aggregation, a: Decimal, b: Decimal): Decimal {
  return aggregation === 'max' ? largest(a, b) : add(a, b);
}
