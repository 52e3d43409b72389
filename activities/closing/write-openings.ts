import type pg from 'pg';
import { entriesOf, type LedgerFact } from '#domain/billing/ledger';
import { dayMs } from '#domain/instants';
import type { OrgTerms } from '../billing/load-terms.ts';
import { writeLedger, type LedgerTransaction } from '../billing/write-ledger.ts';
import { instantText } from '../instant-text.ts';
import type { SlotAt } from '../jobs/job-phase.ts';
import type { Opening } from './decide-closings.ts';

/**
 * Writes invoices that open, in the order of their numbers. The counter is locked as late as can be: from then on other sets wait, and
 * when the transaction is undone so are its numbers.
 */
export async function writeOpenings(
  client: pg.ClientBase,
  openings: readonly Opening[],
  terms: ReadonlyMap<string, OrgTerms>,
  slot: SlotAt,
): Promise<void> {
  if (openings.length === 0) return;
  await insertRows(
    client,
    'invoice_line',
    carriedColumns,
    openings.flatMap((opening) => carriedLine(opening, slot)),
  );
  await insertRows(
    client,
    'payment',
    paymentColumns,
    openings.flatMap((opening) => creditPayment(opening, slot)),
  );
  await writeLedger(
    client,
    openings.flatMap((opening) => transactionsOf(opening, slot)),
  );
  const numbers = await takeNumbers(client, openings.length);
  const invoices = openings.map((opening, index) => invoiceRow(opening, numbers[index], terms, slot));
  await openInvoices(client, invoices);
  await client.query({
    name: 'audit-openings',
    text: 'select append_audit($1)',
    values: [JSON.stringify(openings.map((opening, index) => auditEntry(opening, numbers[index], slot)))],
  });
}

const carriedColumns = [
  'org_id',
  'invoice_id',
  'source_key',
  'stream',
  'description',
  'quantity',
  'amount_minor',
  'created_at',
];
const paymentColumns = [
  'org_id',
  'invoice_id',
  'ref',
  'status',
  'amount_minor',
  'currency',
  'method',
  'at',
  'settled_at',
];

async function insertRows(client: pg.ClientBase, table: string, columns: readonly string[], rows: readonly object[]) {
  if (rows.length === 0) return;
  const names = columns.join(', ');
  await client.query({
    name: `open-${table}`,
    text: `insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1)`,
    values: [JSON.stringify(rows)],
  });
}

function carriedLine({ draft: { orgId, invoiceId }, opened: { carriedLine: line } }: Opening, { at }: SlotAt) {
  if (!line) return [];
  return [
    {
      org_id: orgId,
      invoice_id: invoiceId,
      source_key: `credit-carried:${invoiceId}`,
      stream: line.stream,
      description: 'Credit carried',
      quantity: 1,
      amount_minor: String(line.amountMinor),
      created_at: instantText(at),
    },
  ];
}

/** Credit that pays is a payment of the org's, by the method `credit`: one, when the invoice opens. */
function creditPayment(
  { draft: { orgId, invoiceId, currency }, opened: { creditUsedMinor } }: Opening,
  { at }: SlotAt,
) {
  if (creditUsedMinor === 0n) return [];
  return [
    {
      org_id: orgId,
      invoice_id: invoiceId,
      ref: 'credit',
      status: 'succeeded',
      amount_minor: String(creditUsedMinor),
      currency,
      method: 'credit',
      at: instantText(at),
      settled_at: instantText(at),
    },
  ];
}

function transactionsOf({ draft, opened }: Opening, { at }: SlotAt): LedgerTransaction[] {
  const { parts, carriedLine: carried, creditUsedMinor } = opened;
  const facts: LedgerFact[] = [
    { fact: carried ? 'credit_carried' : 'issued', parts },
    { fact: 'credit_used', amountMinor: creditUsedMinor },
  ];
  const { orgId, invoiceId, currency } = draft;
  return facts.map((fact) => ({
    orgId,
    transactionId: `${fact.fact}:${invoiceId}`,
    fact: fact.fact,
    invoiceId,
    currency,
    at,
    entries: entriesOf(fact),
  }));
}

/** Gapless: who takes numbers holds the counter until its transaction ends. */
async function takeNumbers(client: pg.ClientBase, count: number): Promise<string[]> {
  const { rows } = await client.query<{ last_number: string }>({
    name: 'take-numbers',
    text: 'update invoice_counter set last_number = last_number + $1 returning last_number',
    values: [count],
  });
  const [counter] = rows;
  if (!counter) throw new Error('the counter of invoices is missing');
  const first = BigInt(counter.last_number) - BigInt(count) + 1n;
  return Array.from({ length: count }, (_, index) => invoiceNumber(first + BigInt(index)));
}

const numberDigits = 6;

function invoiceNumber(n: bigint): string {
  return `INV-${String(n).padStart(numberDigits, '0')}`;
}

function invoiceRow(
  { draft: { orgId, invoiceId }, opened: { invoice } }: Opening,
  number: string | undefined,
  terms: ReadonlyMap<string, OrgTerms>,
  { at }: SlotAt,
) {
  return {
    org_id: orgId,
    id: invoiceId,
    number,
    status: invoice.status,
    subtotal_minor: String(invoice.subtotalMinor),
    discount_minor: String(invoice.discountMinor),
    tax_minor: String(invoice.taxMinor),
    total_minor: String(invoice.totalMinor),
    paid_minor: String(invoice.paidMinor),
    due_minor: String(invoice.dueMinor),
    issued_at: instantText(at),
    due_at: instantText(at + (terms.get(orgId)?.dueDays ?? 0) * dayMs),
    paid_at: invoice.status === 'paid' ? instantText(at) : undefined,
  };
}

async function openInvoices(client: pg.ClientBase, invoices: readonly object[]): Promise<void> {
  const { rowCount } = await client.query({
    name: 'open-invoices',
    text: `update invoice i set number = o.number, status = o.status, subtotal_minor = o.subtotal_minor, discount_minor = o.discount_minor,
        tax_minor = o.tax_minor, total_minor = o.total_minor, paid_minor = o.paid_minor, due_minor = o.due_minor, issued_at = o.issued_at,
        due_at = o.due_at, paid_at = o.paid_at, version = i.version + 1
      from json_populate_recordset(null::invoice, $1) o where i.org_id = o.org_id and i.id = o.id and i.status = 'draft'`,
    values: [JSON.stringify(invoices)],
  });
  // A number for an invoice that is not opened would be a gap.
  if (rowCount !== invoices.length) throw new Error('a draft was opened under the lock of its org');
}

/** Who closes, as the audit trail says it. */
export function closerOf({ slot }: SlotAt): string {
  return `job:monthly-rollup:${slot}`;
}

function auditEntry({ draft, opened }: Opening, number: string | undefined, slot: SlotAt) {
  const { invoice, creditGainedMinor, creditUsedMinor } = opened;
  return {
    org_id: draft.orgId,
    actor_type: 'system',
    actor: closerOf(slot),
    action: 'invoice.opened',
    subject: `invoice/${draft.invoiceId}`,
    detail: {
      number,
      status: invoice.status,
      currency: draft.currency,
      totalMinor: String(invoice.totalMinor),
      dueMinor: String(invoice.dueMinor),
      ...(creditUsedMinor > 0n && { creditUsedMinor: String(creditUsedMinor) }),
      ...(creditGainedMinor > 0n && { creditGainedMinor: String(creditGainedMinor) }),
    },
  };
}
