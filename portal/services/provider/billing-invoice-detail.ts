import 'server-only';
import type pg from 'pg';
import { readCreditOfOrgs } from '#prisma/credit-of-orgs';
import { readInvoices } from '#prisma/read-invoice';
import type { ReadInvoice, ReadMovement } from '#prisma/read-invoice';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { invoicesSource } from './billing-invoices.ts';
import type { InvoiceRow } from './billing-invoices.ts';
import { Explanation } from './line-explanation.ts';
import type { LineExplanation } from './line-explanation.ts';
import { readOne } from './list-source.ts';

export interface InvoiceLine {
  readonly sourceKey: string;
  /** What it bills. */
  readonly source: string;
  /** The span that it bills, and the zone whose days it is made of. */
  readonly span: { readonly from: number; readonly to: number; readonly zone: string } | undefined;
  readonly stream: string;
  readonly description: string;
  readonly quantity: string;
  readonly minor: bigint;
  readonly explanation: LineExplanation | undefined;
}

/** Money that came, went back, or was given up. */
export interface Movement {
  readonly kind: 'payment' | 'refund' | 'credit' | 'dispute';
  readonly ref: string;
  readonly what: string;
  readonly status: string;
  readonly minor: bigint;
  readonly at: number;
}

export interface InvoiceEntry {
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
}

export interface InvoiceDetail extends InvoiceRow {
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxMinor: bigint;
  readonly overpaidMinor: bigint;
  /** What its organisation has to its credit, in its currency. */
  readonly creditMinor: bigint;
  /** The first of them. */
  readonly lines: readonly InvoiceLine[];
  readonly lineCount: number;
  readonly movements: readonly Movement[];
  readonly timeline: readonly InvoiceEntry[];
}

const entriesMax = 50;
const linesMax = 200;

export async function getInvoice(staff: Staff, id: string): Promise<InvoiceDetail | undefined> {
  assertCan(staff, 'billing');
  const { pool } = database();
  const row = await readOne(pool, invoicesSource, id);
  if (!row) return undefined;
  const [found, credits, timeline] = await Promise.all([
    readInvoices(pool, row.id, row.org.id),
    readCreditOfOrgs(pool, [row.org.id]),
    readTimeline(pool, row),
  ]);
  const read = found.find((invoice) => invoice.id === row.id);
  const credit = credits.find(({ currency }) => currency === row.currency);
  return read && { ...row, ...partsOf(read), creditMinor: credit?.minor ?? 0n, timeline };
}

function partsOf(read: ReadInvoice) {
  return {
    subtotalMinor: BigInt(read.subtotal),
    discountMinor: BigInt(read.discount),
    taxMinor: BigInt(read.tax),
    overpaidMinor: BigInt(read.overpaid),
    lineCount: read.lines.length,
    lines: read.lines
      .slice(0, linesMax)
      .map(({ sourceKey, source, from, to, stream, description, quantity, amount, explanation }) => ({
        sourceKey,
        source,
        span:
          from === null || to === null ? undefined : { from: Date.parse(from), to: Date.parse(to), zone: read.zone },
        stream,
        description,
        quantity,
        minor: BigInt(amount),
        explanation: Explanation.safeParse(explanation).data,
      })),
    movements: [
      ...read.payments.map((one) => movementOf('payment', one)),
      ...read.refunds.map((one) => movementOf('refund', one)),
      ...read.credits.map((one) => movementOf('credit', one)),
      ...read.disputes.map((one) => movementOf('dispute', one)),
    ].toSorted((a, b) => a.at - b.at),
  };
}

function movementOf(kind: Movement['kind'], { ref, what, status, amount, at }: ReadMovement): Movement {
  return { kind, ref, what, status, minor: BigInt(amount), at: Date.parse(at) };
}

/** What the audit log has of it, the latest first. */
async function readTimeline(pool: pg.Pool, { id, org, ref, source }: InvoiceRow): Promise<readonly InvoiceEntry[]> {
  const { rows } = await pool.query<{ at: Date; actor: string; action: string; outcome: string }>(
    `select at, actor, action, outcome from audit_log where subject = $1 and org_id = $2 order by at desc, org_id desc, seq desc limit ${entriesMax}`,
    [`invoice/${source === 'reported' ? ref : id}`, org.id],
  );
  return rows.map(({ at, ...entry }) => ({ ...entry, at: at.getTime() }));
}
