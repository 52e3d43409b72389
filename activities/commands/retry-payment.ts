import type pg from 'pg';
import { isRefusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { beginByHand } from '../collection/begin-attempts.ts';
import type { Done, StaffCommand } from './command.ts';
import { onInvoice, whenDone } from './on-invoice.ts';

/** Begins an attempt beside the schedule; the provider is asked once this is committed. Key: the attempt. */
export async function retryPayment(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'retry_payment'>,
): Promise<Done | Refusal> {
  const { invoiceId } = body;
  const decided = await onInvoice(client, command, body, (book, standing) => {
    const attempt = beginByHand(book, standing);
    if (isRefusal(attempt)) return attempt;
    const { ref, amountMinor, currency } = attempt;
    return { ref, amountMinor: String(amountMinor), currency };
  });
  return whenDone(decided, async ({ ref, ...asked }) => ({
    result: { invoiceId, ref, ...asked },
    settles: [{ what: 'payment', invoiceId, ref }],
  }));
}
