import type pg from 'pg';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { reverseRefunds, type FailedRefund } from '../collection/take-back-refunds.ts';
import type { Done, StaffCommand } from './command.ts';
import { onInvoice, whenDone } from './on-invoice.ts';

/**
 * Takes back what the books have as refunded and its provider never made, as the daily match found: the entries are reversed, and the invoice may be
 * refunded as before. Refused where its provider has all of it, or was not asked since it was sent. Key: the refund, which leaves `succeeded` once.
 */
export async function takeBackMissing(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'take_back_refunds'>,
): Promise<Done | Refusal> {
  const { orgId, at, actor } = command;
  const { invoiceId } = body;
  const decided = await onInvoice(client, command, body, (_, { currency }) => ({ currency }));
  return whenDone(decided, async ({ currency }) => {
    const missing = await endMissing(client, orgId, invoiceId);
    if (missing.length === 0) return refusal('refunds_stand');
    await reverseRefunds(client, missing, { at, actor });
    const refunds = missing.map(({ ref, minor }) => ({ ref, amountMinor: minor }));
    return { result: { invoiceId, currency, refunds } };
  });
}

/**
 * Of a charge of which less went back at its provider than the books made: refunds that it does not have by name, those first that were sent, then the
 * latest, until nothing is missing. One that was made after the finding may be missing in what was listed alone.
 */
async function endMissing(client: pg.ClientBase, orgId: string, invoiceId: string): Promise<FailedRefund[]> {
  const { rows } = await client.query<FailedRefund>({
    text: `with unnamed as (
        select r.ref, r.amount_minor, p.provider_ref as charge_ref, m.made - t.theirs as missing,
          sum(r.amount_minor) over (partition by p.ref order by r.provider_key is null, r.at desc, r.ref desc) - r.amount_minor as taken
        from payment p join refund r on r.org_id = p.org_id and r.invoice_id = p.invoice_id and r.payment_ref = p.ref
          cross join lateral (select coalesce(sum(o.amount_minor), 0) as made from refund o
            where o.org_id = p.org_id and o.invoice_id = p.invoice_id and o.payment_ref = p.ref and o.status = 'succeeded') m
          cross join lateral (select coalesce(sum(o.amount_minor), 0) as theirs from provider_refund o
            where o.provider = p.provider and o.charge_ref = p.provider_ref and o.status <> 'failed') t
        where p.org_id = $1 and p.invoice_id = $2 and r.status = 'succeeded' and r.paid_to = 'cash'
          and not exists (select from provider_refund o where o.provider = p.provider and o.charge_ref = p.provider_ref and o.status <> 'failed'
            and (o.provider_key = r.provider_key or o.ref = r.provider_ref))
          and exists (select from invariant_finding f where f.invariant = 'M8' and f.org_id = p.org_id and f.subject = p.provider_ref
            and f.detail like 'refund_missing_at_provider %' and f.found_at >= coalesce(r.sent_at, r.at)))
      update refund r set status = 'failed', code = 'not_at_provider' from unnamed u
      where r.org_id = $1 and r.invoice_id = $2 and r.ref = u.ref and u.taken < u.missing
      returning r.org_id, r.invoice_id, r.ref, r.amount_minor as minor, r.currency, r.of_overpaid, r.code, r.provider_ref, u.charge_ref`,
    values: [orgId, invoiceId],
  });
  return rows;
}
