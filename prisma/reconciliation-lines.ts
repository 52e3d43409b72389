import type pg from 'pg';
import { partsOf } from '#domain/billing/invoice-totals';
import type { Invoiced, SettledInvoice } from '#domain/billing/reconciliation';
import { streams } from '#domain/billing/streams';

interface LineRow {
  org_id: string;
  stream: string;
  currency: string;
  month: string;
  source: string;
  minor: string;
}

/** What lines of rated invoices bill, by what they bill. The line that carries a draft below 0 into credit bills nothing. */
export async function readInvoiced(db: pg.Pool | pg.ClientBase, orgIds: readonly string[]): Promise<Invoiced[]> {
  const { rows } = await db.query<LineRow>({
    name: 'reconcile-lines',
    text: `select l.org_id, l.stream, i.currency, left(i.ref, 10) as month,
        coalesce(l.source, 'usage:' || l.meter || ':' || to_char(l.period_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), l.source_key)
          as source,
        sum(l.amount_minor) as minor
      from invoice i join invoice_line l on l.org_id = i.org_id and l.invoice_id = i.id
      where i.org_id = any($1) and i.source = 'rated' group by 1, 2, 3, 4, 5 order by 4, 5`,
    values: [orgIds],
  });
  return rows.flatMap(({ org_id: orgId, stream: name, currency, month, source, minor }) => {
    const stream = streams.find((known) => known === name);
    return stream ? [{ orgId, stream, currency, month, source, amountMinor: BigInt(minor) }] : [];
  });
}

interface InvoiceRow {
  org_id: string;
  currency: string;
  month: string;
  subtotal: string;
  discount: string;
  tax: string;
  total: string;
  paid: string;
  credited: string;
  lines: { stream: string; minor: string }[];
}

/** The money of invoices that are opened, to be spread over their streams. */
export async function readSettled(db: pg.Pool | pg.ClientBase, orgIds: readonly string[]): Promise<SettledInvoice[]> {
  const { rows } = await db.query<InvoiceRow>({
    name: 'reconcile-invoices',
    text: `select i.org_id, i.currency, left(i.ref, 10) as month, i.subtotal_minor as subtotal, i.discount_minor as discount, i.tax_minor as tax,
        i.total_minor as total, i.paid_minor as paid, i.credited_minor as credited, l.lines
      from invoice i cross join lateral (
        select json_agg(json_build_object('stream', s.stream, 'minor', s.minor::text)) as lines
        from (select stream, sum(amount_minor) as minor from invoice_line l where l.org_id = i.org_id and l.invoice_id = i.id group by 1) s) l
      where i.org_id = any($1) and i.source = 'rated' and i.status <> 'draft' and l.lines is not null and i.total_minor > 0`,
    values: [orgIds],
  });
  return rows.map(({ org_id: orgId, currency, month, lines, ...row }) => {
    const totals = {
      subtotalMinor: BigInt(row.subtotal),
      discountMinor: BigInt(row.discount),
      taxMinor: BigInt(row.tax),
      totalMinor: BigInt(row.total),
    };
    const told = lines.flatMap(({ stream: name, minor }) => {
      const stream = streams.find((known) => known === name);
      return stream ? [{ stream, amountMinor: BigInt(minor) }] : [];
    });
    const parts = partsOf(told, totals);
    return { orgId, currency, month, parts, paidMinor: BigInt(row.paid), creditedMinor: BigInt(row.credited) };
  });
}
