import { funnelSteps, type FunnelRow, type FunnelStep } from '#domain/billing/funnel';
import { utcMonthOf, utcMonthPeriod, type Period } from '#domain/billing/periods';
import { ratio } from '#domain/billing/ratios';
import type { EpochMs } from '#domain/instants';
import type { Readable } from './metric-reads.ts';

interface CountsRow {
  received: string;
  qualified: string;
  converted: string;
  invoiced: string;
  paid: string;
  invoiced_ms: number | null;
  paid_ms: number | null;
}

/**
 * Counts, step rates and median times over leads that came in a range and in UTC months that have ended. A lead that reached a later step
 * counts in the earlier ones. Qualifying is known by a lead's status and has no instant, so there is no time to it or from it.
 */
export async function readFunnel(
  db: Readable,
  { start, end }: Period,
  asOf: EpochMs,
  only: { readonly orgId?: string; readonly source?: string } = {},
): Promise<FunnelRow[]> {
  const closedUntil = Math.min(end, utcMonthPeriod(utcMonthOf(asOf)).start);
  const { orgId, source } = only;
  const filters = [
    ...(orgId === undefined ? [] : [['l.org_id', orgId] as const]),
    ...(source === undefined ? [] : [['l.source', source] as const]),
  ];
  const where = filters.map(([column], index) => `and ${column} = $${index + 3}`).join(' ');
  const { rows } = await db.query<CountsRow>({
    text: `with paths as (
        select l.status, l.received_at, l.converted_at, i.issued_at, i.paid_at
        from lead l left join lateral (
          select min(i.issued_at) as issued_at, min(i.paid_at) filter (where i.status = 'paid') as paid_at
          from invoice_line b join invoice i on i.org_id = b.org_id and i.id = b.invoice_id
          where b.org_id = l.org_id and b.source = 'lead:' || l.id and i.issued_at is not null) i on true
        where l.created_at >= $1 and l.created_at < $2 and l.received_at < $2 ${where})
      select count(*) as received,
        count(*) filter (where status in ('qualified', 'converted') or issued_at is not null) as qualified,
        count(*) filter (where status = 'converted' or issued_at is not null) as converted,
        count(*) filter (where issued_at is not null) as invoiced, count(*) filter (where paid_at is not null) as paid,
        extract(epoch from percentile_cont(0.5) within group (order by issued_at - converted_at) filter (where issued_at is not null))::float8 * 1000
          as invoiced_ms,
        extract(epoch from percentile_cont(0.5) within group (order by paid_at - issued_at) filter (where paid_at is not null))::float8 * 1000
          as paid_ms
      from paths`,
    values: [new Date(start), new Date(closedUntil), ...filters.map(([, value]) => value)],
  });
  const [row] = rows;
  return row ? funnelSteps.map((step, index) => rowOf(row, step, funnelSteps[index - 1])) : [];
}

/** The median time from a lead's first event to its conversion, over leads converted in a range; undefined over none. */
export async function readTimeToConvert(db: Readable, { start, end }: Period): Promise<number | undefined> {
  const { rows } = await db.query<{ ms: number | null }>({
    name: 'time-to-convert',
    text: `select extract(epoch from percentile_cont(0.5) within group (order by converted_at - created_at))::float8 * 1000 as ms
      from lead where status = 'converted' and converted_at >= $1 and converted_at < $2`,
    values: [new Date(start), new Date(end)],
  });
  return rows[0]?.ms ?? undefined;
}

function rowOf(row: CountsRow, step: FunnelStep, before: FunnelStep | undefined): FunnelRow {
  return {
    step,
    count: Number(row[step]),
    rate: before && ratio(BigInt(row[step]), BigInt(row[before])),
    medianMs: medianOf(row, step),
  };
}

function medianOf(row: CountsRow, step: FunnelStep): number | undefined {
  switch (step) {
    case 'received':
    case 'qualified':
    case 'converted':
      return undefined;
    case 'invoiced':
      return row.invoiced_ms ?? undefined;
    case 'paid':
      return row.paid_ms ?? undefined;
  }
}
