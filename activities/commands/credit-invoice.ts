import type pg from 'pg';
import { credit, voidInvoice, writeOff, type Invoice } from '#domain/billing/invoice';
import { spreadOver } from '#domain/billing/invoice-totals';
import { entriesOf, type LedgerFact } from '#domain/billing/ledger';
import { isUnsettled } from '#domain/billing/payments';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { instantText } from '../instant-text.ts';
import { partsLeft } from '../billing/parts-left.ts';
import { note, putInvoice } from '../collection/book.ts';
import { closedBy } from '../collection/settle-attempts.ts';
import type { Done, StaffCommand } from './command.ts';
import { onInvoice, whenDone, type NamedInvoice } from './on-invoice.ts';

/** Lowers what is due on an open invoice; the last of it makes the invoice paid. Key: the command. */
export function makeCreditNote(client: pg.ClientBase, command: StaffCommand, body: StaffCommandBody<'credit_note'>) {
  const amountMinor = BigInt(body.amountMinor);
  return creditInvoice(client, command, body, { kind: 'credit_note', of: (invoice) => credit(invoice, amountMinor) });
}

/** Key: the command, and the invoice's state. */
export function makeVoid(client: pg.ClientBase, command: StaffCommand, body: StaffCommandBody<'void'>) {
  return creditInvoice(client, command, body, { kind: 'void', of: voidInvoice });
}

/** Key: the command, and that something is due. */
export function makeWriteOff(client: pg.ClientBase, command: StaffCommand, body: StaffCommandBody<'write_off'>) {
  return creditInvoice(client, command, body, { kind: 'write_off', of: writeOff });
}

interface Crediting {
  readonly kind: 'credit_note' | 'void' | 'write_off';
  readonly of: (invoice: Invoice) => Invoice | Refusal;
}

const closes = { credit_note: 'paid', void: 'voided', write_off: 'canceled' } as const;
const actions = { credit_note: 'credit_note.made', void: 'invoice.voided', write_off: 'invoice.written_off' } as const;

async function creditInvoice(
  client: pg.ClientBase,
  command: StaffCommand,
  body: NamedInvoice,
  { kind, of }: Crediting,
): Promise<Done | Refusal> {
  const { orgId, id, at, reason } = command;
  const { invoiceId } = body;
  const left = await partsLeft(client, orgId, invoiceId);
  const decided = await onInvoice(client, command, body, (book, standing) => {
    const { invoice: before, currency } = standing;
    // What a provider may yet take must not come upon an invoice that is given up.
    if (kind !== 'credit_note' && standing.attempts.some(isUnsettled)) return refusal('attempt_unsettled');
    const invoice = of(before);
    if (isRefusal(invoice)) return invoice;
    const amountMinor = invoice.creditedMinor - before.creditedMinor;
    const isNowPaid = invoice.status === 'paid' && before.status !== 'paid';
    const changed = putInvoice(book, standing, invoice, isNowPaid ? { paidAt: at } : {});
    const fact = factOf(kind, amountMinor, left);
    // What was written off can be due again by credit that was not there, and be written off again; void is void.
    const transactionId = kind === 'void' ? `voided:${invoiceId}` : `${fact.fact}:${invoiceId}:${id}`;
    book.ledger.push({ orgId, transactionId, fact: fact.fact, invoiceId, currency, at, entries: entriesOf(fact) });
    note(book, standing, actions[kind], { amountMinor: String(amountMinor), currency, reason });
    if (invoice.dueMinor === 0n) closedBy(book, changed, closes[kind]);
    return {
      invoiceId,
      currency,
      amountMinor: String(amountMinor),
      dueMinor: String(invoice.dueMinor),
      status: invoice.status,
    };
  });
  return whenDone(decided, async (result) => {
    await client.query({
      text: `insert into credit_note (org_id, invoice_id, ref, kind, amount_minor, currency, reason, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      values: [orgId, invoiceId, id, kind, result.amountMinor, result.currency, reason, instantText(at)],
    });
    return { result };
  });
}

function factOf(kind: Crediting['kind'], amountMinor: bigint, left: Awaited<ReturnType<typeof partsLeft>>) {
  const fact: LedgerFact =
    kind === 'write_off'
      ? { fact: 'written_off', amountMinor }
      : { fact: kind === 'void' ? 'voided' : 'credited', parts: spreadOver(left, amountMinor) };
  return fact;
}
