import 'server-only';
import type pg from 'pg';
import { Explanation } from './line-explanation.ts';
import type { LineExplanation } from './line-explanation.ts';

/** undefined where the line has none that can be read. */
export function readExplanation(told: unknown): LineExplanation | undefined {
  return Explanation.safeParse(told).data;
}

export interface PeriodLine {
  readonly sourceKey: string;
  readonly description: string;
  readonly invoice: { readonly id: string; readonly number: string | undefined };
  readonly minor: bigint;
  readonly isLate: boolean;
  readonly explanation: LineExplanation | undefined;
}

export interface PeriodUsage {
  readonly eventId: string;
  readonly index: number;
  readonly isExcluded: boolean;
  /** A row of the staff's own. */
  readonly isCorrection: boolean;
  readonly quantity: string;
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly receivedAt: number;
}

export interface PeriodDetail {
  readonly lines: readonly PeriodLine[];
  /** The latest rows of the period. */
  readonly usage: readonly PeriodUsage[];
}

interface Period {
  readonly org: { readonly id: string };
  readonly meter: string;
  readonly start: number;
  readonly end: number;
}

const linesMax = 50;
const usageMax = 100;

export async function readPeriodDetail(pool: pg.Pool, { org, meter, start, end }: Period): Promise<PeriodDetail> {
  const [lines, usage] = await Promise.all([
    pool.query<{
      source_key: string;
      description: string;
      invoice_id: string;
      number: string | null;
      minor: string;
      is_late: boolean;
      explanation: unknown;
    }>(
      `select l.source_key, l.description, l.invoice_id, i.number, l.amount_minor::text as minor, l.is_late, l.explanation
       from invoice_line l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
       where l.org_id = $1 and l.meter = $2 and l.period_start = $3 order by l.created_at, l.source_key limit ${linesMax}`,
      [org.id, meter, new Date(start)],
    ),
    pool.query<{
      event_id: string;
      row_index: number;
      is_excluded: boolean;
      is_correction: boolean;
      quantity: string;
      window_start: Date;
      window_end: Date;
      received_at: Date;
    }>(
      `select event_id, row_index, excluded_by is not null as is_excluded, is_correction, trim_scale(quantity)::text as quantity, window_start, window_end, received_at from usage_meter
       where org_id = $1 and meter = $2 and window_start >= $3 and window_start < $4 order by window_start desc, received_at desc, event_id, row_index limit ${usageMax}`,
      [org.id, meter, new Date(start), new Date(end)],
    ),
  ]);
  return {
    lines: lines.rows.map((line) => ({
      sourceKey: line.source_key,
      description: line.description,
      invoice: { id: line.invoice_id, number: line.number ?? undefined },
      minor: BigInt(line.minor),
      isLate: line.is_late,
      explanation: readExplanation(line.explanation),
    })),
    usage: usage.rows.map((row) => ({
      eventId: row.event_id,
      index: row.row_index,
      isExcluded: row.is_excluded,
      isCorrection: row.is_correction,
      quantity: row.quantity,
      windowStart: row.window_start.getTime(),
      windowEnd: row.window_end.getTime(),
      receivedAt: row.received_at.getTime(),
    })),
  };
}
