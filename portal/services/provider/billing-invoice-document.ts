import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { formatMonth } from '../../format/times.ts';
import { database } from '../../server/database.ts';
import { environment } from '../../server/environment.ts';
import type { Seller } from '../../server/environment.ts';
import { billing } from '../../messages/en-billing.ts';
import { invoicesSource } from './billing-invoices.ts';
import type { InvoiceStatus } from './billing-lists.ts';
import { readOne } from './list-source.ts';

export interface InvoiceDocument {
  readonly number: string;
  readonly status: InvoiceStatus;
  readonly seller: Seller;
  readonly buyer: { readonly id: string; readonly name: string; readonly email: string | undefined };
  readonly zone: string;
  readonly issuedAt: number;
  readonly dueAt: number | undefined;
  readonly month: string;
  readonly currency: string;
  readonly lines: readonly {
    readonly stream: string;
    readonly description: string;
    readonly quantity: string;
    readonly minor: bigint;
  }[];
  /** Lines above what a document has. */
  readonly omitted: { readonly count: number; readonly minor: bigint };
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxMinor: bigint;
  /** What the tax is of the discounted subtotal, where that is a rate. */
  readonly taxPercent: string | undefined;
  readonly totalMinor: bigint;
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
  readonly dueMinor: bigint;
}

const linesMax = 2_000;

/** An invoice of our own that was issued; a draft is none yet, and one that an organisation told of has its document there. */
export async function getInvoiceDocument(staff: Staff, id: string): Promise<InvoiceDocument | undefined> {
  assertCan(staff, 'billing');
  const { pool } = database();
  const row = await readOne(pool, invoicesSource, id);
  const { number, issuedAt } = row ?? {};
  if (!row || row.source !== 'rated' || number === undefined || issuedAt === undefined) return undefined;
  const [money, lines] = await Promise.all([readTerms(row.org.id, row.id), readLines(row.org.id, row.id)]);
  const omitted = lines.slice(linesMax);
  return {
    number,
    status: row.status,
    seller: environment().INVOICE_SELLER,
    buyer: { ...row.org, email: money.email },
    zone: money.zone,
    issuedAt,
    dueAt: row.dueAt,
    month: formatMonth(row.ref),
    currency: row.currency,
    lines: lines.slice(0, linesMax),
    omitted: { count: omitted.length, minor: omitted.reduce((sum, { minor }) => sum + minor, 0n) },
    ...money.amounts,
    taxPercent: money.taxPercent,
    totalMinor: row.totalMinor,
    paidMinor: row.paidMinor,
    creditedMinor: row.creditedMinor,
    dueMinor: row.dueMinor,
  };
}

async function readTerms(orgId: string, invoiceId: string) {
  const { rows } = await database().pool.query<{
    zone: string;
    rate: string | null;
    email: string | null;
    subtotal: string;
    discount: string;
    tax: string;
  }>(
    // The rate is the org's of today: it is said only where it is what this invoice was taxed by.
    `select o.time_zone as zone, case when abs(i.subtotal_minor * o.tax_rate - i.tax_minor) <= 1
         then trim_scale(o.tax_rate * 100)::text end as rate, b.notice_email as email, i.subtotal_minor::text as subtotal,
       i.discount_minor::text as discount, i.tax_minor::text as tax
     from invoice i join org o on o.id = i.org_id left join org_billing b on b.org_id = i.org_id where i.org_id = $1 and i.id = $2`,
    [orgId, invoiceId],
  );
  const [row] = rows;
  if (!row) throw new Error('the invoice is gone');
  const amounts = {
    subtotalMinor: BigInt(row.subtotal),
    discountMinor: BigInt(row.discount),
    taxMinor: BigInt(row.tax),
  };
  return { zone: row.zone, email: row.email ?? undefined, amounts, taxPercent: row.rate ?? undefined };
}

async function readLines(orgId: string, invoiceId: string) {
  const { rows } = await database().pool.query<{
    stream: string;
    description: string;
    quantity: string;
    minor: string;
  }>(
    `select stream, description, trim_scale(quantity)::text as quantity, amount_minor::text as minor from invoice_line
     where org_id = $1 and invoice_id = $2 order by stream, source_key`,
    [orgId, invoiceId],
  );
  return rows.map(({ stream, description, quantity, minor }) => ({
    stream: Object.entries(billing.streams).find(([known]) => known === stream)?.[1] ?? billing.creditStream,
    description,
    quantity,
    minor: BigInt(minor),
  }));
}
