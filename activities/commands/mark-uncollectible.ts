import type pg from 'pg';
import { giveUp } from '#domain/billing/invoice';
import { isUnsettled } from '#domain/billing/payments';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { note, putInvoice } from '../collection/book.ts';
import { closedBy } from '../collection/settle-attempts.ts';
import type { Done, StaffCommand } from './command.ts';
import { onInvoice, whenDone } from './on-invoice.ts';

/**
 * Gives an open invoice up before its dunning does: nothing is collected of it any more. What is due stays due, and may yet be paid or written
 * off. Key: the invoice's state.
 */
export async function markUncollectible(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'mark_uncollectible'>,
): Promise<Done | Refusal> {
  const decided = await onInvoice(client, command, body, (book, standing) => {
    if (standing.attempts.some(isUnsettled)) return refusal('attempt_unsettled');
    const invoice = giveUp(standing.invoice);
    if (isRefusal(invoice)) return invoice;
    const { currency } = standing;
    note(book, standing, 'invoice.given_up', {
      amountMinor: String(invoice.dueMinor),
      currency,
      reason: command.reason,
    });
    closedBy(book, putInvoice(book, standing, invoice), 'canceled');
    return { invoiceId: body.invoiceId, currency, dueMinor: String(invoice.dueMinor), status: invoice.status };
  });
  return whenDone(decided, (result) => Promise.resolve({ result }));
}
