import type pg from 'pg';
import { afterNewMethod } from '#domain/billing/dunning';
import type { EpochMs } from '#domain/instants';
import { instantText } from '../instant-text.ts';
import { lockOrgs } from '../billing/lock-orgs.ts';
import { beginByNewMethod } from './begin-attempts.ts';
import { note, putCase } from './book.ts';
import type { Actor, InvoiceName, PaymentName } from './names.ts';
import { dayOf, type PaymentMethod } from './standing.ts';
import { decideAndWrite } from './within-lock.ts';

/** What is set: the provider's own name of the method, and where notices go. */
export interface NewPaymentMethod extends PaymentMethod {
  readonly orgId: string;
  /** Absent: left as it is. */
  readonly noticeEmail?: string;
}

/**
 * Sets an org's payment method inside the caller's transaction, which speaks for the org. It retries at once: open cases, and due invoices
 * that waited for a method, get an attempt, to be settled after the commit by `settlePayment`; over one whose outcome is not known the retry
 * waits for the truth, and a slot makes it.
 */
export async function setPaymentMethod(
  client: pg.ClientBase,
  { orgId, provider, token, noticeEmail }: NewPaymentMethod,
  at: EpochMs,
  actor: Actor,
): Promise<PaymentName[]> {
  await lockOrgs(client, [orgId]);
  await client.query(
    `update org_billing set payment_provider = $2, payment_token = $3, payment_method_at = $4, notice_email = coalesce($5, notice_email)
     where org_id = $1`,
    [orgId, provider, token, instantText(at), noticeEmail],
  );
  const names = await dueInvoices(client, orgId, at);
  return decideAndWrite(client, names, { at, actor, channels: [] }, (book, standingOf) =>
    names.flatMap((name) => {
      const before = standingOf(name);
      if (!before) return [];
      const { dunning } = before;
      if (dunning && dunning.state !== 'closed') {
        putCase(book, before, afterNewMethod(dunning, dayOf(at)));
        note(book, before, 'dunning.method_changed');
      }
      if (before.waitsFor === 'no_method') book.explained.push(name);
      const standing = standingOf(name);
      const begun = standing && beginByNewMethod(book, standing);
      return begun ? [{ ...name, ref: begun.ref }] : [];
    }),
  );
}

/** Those with an open case, and those that are due and have none, one that a payment closed, or one that ended. */
async function dueInvoices(client: pg.ClientBase, orgId: string, at: EpochMs): Promise<InvoiceName[]> {
  const { rows } = await client.query<{ id: string }>(
    `select invoice_id as id from dunning_case where org_id = $1 and closed_at is null
     union select i.id from invoice i where i.org_id = $1 and i.source = 'rated' and i.status = 'open' and i.due_minor > 0 and i.due_at <= $2
       and not exists (select from dunning_case c where c.org_id = i.org_id and c.invoice_id = i.id
         and c.closed_by is distinct from 'paid' and c.state <> 'ended')
     order by 1`,
    [orgId, instantText(at)],
  );
  return rows.map(({ id }) => ({ orgId, invoiceId: id }));
}
