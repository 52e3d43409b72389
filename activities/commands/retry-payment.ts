import type pg from 'pg';
import { isRefusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { beginByHand } from '../collection/begin-attempts.ts';
import { current, putInvoice } from '../collection/book.ts';
import type { Done, StaffCommand } from './command.ts';
import { onInvoice, whenDone } from './on-invoice.ts';

/** Begins an attempt beside the schedule; the provider is asked once this is committed. Key: the attempt. */
export async function retryPayment(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'retry_payment'>,
): Promise<Done | Refusal> {
  const { invoiceId } = body;
  const decided = await onInvoice(client, { ...command, at: command.doneAt }, body, (book, standing) => {
    const attempt = beginByHand(book, standing);
    if (isRefusal(attempt)) return attempt;
    // Another version from now on, also where it is declined: who saw the invoice before this attempt does not make one more.
    putInvoice(book, current(book, standing), standing.invoice);
    const { ref, amountMinor, currency } = attempt;
    return { ref, amountMinor: String(amountMinor), currency };
  });
  return whenDone(decided, async ({ ref, ...asked }) => ({
    result: { invoiceId, ref, ...asked },
    settles: [{ what: 'payment', invoiceId, ref }],
  }));
}
