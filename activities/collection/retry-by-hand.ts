import type pg from 'pg';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import type { EpochMs } from '#domain/instants';
import { beginByHand } from './begin-attempts.ts';
import type { Actor, InvoiceName, PaymentName } from './names.ts';
import { decideAndWrite } from './within-lock.ts';

/**
 * Begins a retry by staff inside the caller's transaction, which speaks for the org: the attempt's row, to be settled after the commit by
 * `settlePayment`. Key: one attempt of an invoice is unsettled at most; a second retry over it is refused.
 */
export function beginRetryByHand(
  client: pg.ClientBase,
  name: InvoiceName,
  at: EpochMs,
  actor: Actor,
): Promise<PaymentName | Refusal> {
  return decideAndWrite(client, [name], { at, actor, channels: [] }, (book, standingOf) => {
    const standing = standingOf(name);
    if (!standing) return refusal('move_not_legal');
    const begun = beginByHand(book, standing);
    return isRefusal(begun) ? begun : { ...name, ref: begun.ref };
  });
}
