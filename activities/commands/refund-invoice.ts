import type pg from 'pg';
import { refund } from '#domain/billing/invoice';
import { refundOverpaid, refundShares, type RefundablePayment, type RefundShare } from '#domain/billing/refunds';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import { smaller, sumMinor } from '#domain/money';
import { canCharge } from '#payments/chargeable';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { readCreditOfOrgs } from '#prisma/credit-of-orgs';
import { bookRefund } from '../billing/book-refund.ts';
import { note, putInvoice } from '../collection/book.ts';
import { settleCredit } from '../collection/settle-credit.ts';
import { instantText } from '../instant-text.ts';
import type { Done, Settles, StaffCommand } from './command.ts';
import { onInvoice, whenDone } from './on-invoice.ts';

/**
 * Gives money back: what was paid by credit at once to credit, the rest by the provider, which is asked once this is committed. What went back
 * there already and the books lack, as after they were restored or by somebody at the provider itself, comes first: it is booked and not sent.
 * What was overpaid goes back of the latest payments, while it is still the org's credit. Refunds under way count. Key: the command; each share of it is a
 * refund with a key of the provider's own.
 */
export async function makeRefund(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'refund'>,
): Promise<Done | Refusal> {
  const { orgId } = command;
  const { invoiceId, paymentRef, ofOverpaid = false } = body;
  const amountMinor = BigInt(body.amountMinor);
  const { payments, ...underWay } = await readRefundable(client, orgId, invoiceId);
  const credits = await readCreditOfOrgs(client, [orgId]);
  const decided = await onInvoice(client, command, body, (book, standing) => {
    const { invoice, currency } = standing;
    const overpaidMinor = standing.overpaidMinor - underWay.overpaidMinor;
    const creditMinor = credits.find((credit) => credit.currency === currency)?.minor ?? 0n;
    const refunded = ofOverpaid
      ? refundOverpaid(amountMinor, { overpaidMinor, creditMinor })
      : refund({ ...invoice, refundedMinor: invoice.refundedMinor + underWay.paidMinor }, amountMinor);
    if (refunded && isRefusal(refunded)) return refunded;
    if (paymentRef !== undefined && !payments.some(({ ref }) => ref === paymentRef)) return refusal('unknown_payment');
    const from = ofOverpaid ? payments.filter(({ method }) => method !== 'credit').toReversed() : payments;
    const shares = refundShares(amountMinor, from, paymentRef)?.flatMap((share) => waysOf(share, payments));
    if (!shares) return refusal('refund_exceeds_paid');
    const unsendable = refusedWay(shares, command, currency);
    if (unsendable) return unsendable;
    // Another version from now on, whatever its provider takes to answer: who saw the invoice without this refund does not make a second.
    putInvoice(book, standing, invoice);
    const detail = { amountMinor: String(amountMinor), currency, reason: command.reason, ofOverpaid };
    note(book, standing, 'refund.ordered', detail);
    return { shares, currency };
  });
  return whenDone(decided, async ({ shares, currency }) => {
    const settles: Settles[] = [];
    for (const [index, share] of shares.entries()) {
      const ref = `${command.id}.${index + 1}`;
      await insertRefund(client, command, { ...share, invoiceId, currency, refundRef: ref, ofOverpaid });
      if (share.sentBy !== undefined) settles.push({ what: 'refund', invoiceId, ref });
      else
        await bookRefund(client, {
          orgId,
          invoiceId,
          ref,
          providerRef: share.standsFor,
          at: command.at,
          ...command.actor,
        });
    }
    if (ofOverpaid || shares.some(({ to }) => to === 'credit'))
      await settleCredit(client, [orgId], { ...command, channels: [] });
    const refunds = shares.map(({ ref: payment, amountMinor: minor, to, sentBy }) => ({
      payment,
      amountMinor: String(minor),
      to,
      isSent: sentBy !== undefined,
    }));
    return { result: { invoiceId, currency, refunds }, settles };
  });
}

interface Refundable extends RefundablePayment {
  readonly provider: string | undefined;
  /** What went back of it at its provider, as was listed last, and is no refund of ours. */
  readonly goneMinor: bigint;
  /** Each of what went back so. */
  readonly gone: readonly { readonly ref: string; readonly minor: string }[];
}

interface RefundWay extends RefundShare {
  /** The provider that sends it, once this is committed; without one it is booked at once. */
  readonly sentBy: string | undefined;
  /** What went back at the provider and is booked by it, by the provider's own name: should that fail after all, so does this. */
  readonly standsFor?: string | undefined;
}

function waysOf(share: RefundShare, payments: readonly Refundable[]): RefundWay[] {
  const paid = payments.find(({ ref }) => ref === share.ref);
  if (share.to !== 'cash' || paid?.provider === undefined) return [{ ...share, sentBy: undefined }];
  const goneMinor = smaller(share.amountMinor, paid.goneMinor);
  const ways = [
    {
      ...share,
      amountMinor: goneMinor,
      sentBy: undefined,
      standsFor: paid.gone.find(({ minor }) => BigInt(minor) === goneMinor)?.ref,
    },
    { ...share, amountMinor: share.amountMinor - goneMinor, sentBy: paid.provider },
  ];
  return ways.filter(({ amountMinor }) => amountMinor > 0n);
}

/** What its provider could not send is no order: it would be promised, and never go back. */
function refusedWay(ways: readonly RefundWay[], { providers }: StaffCommand, currency: string): Refusal | undefined {
  for (const { sentBy, amountMinor } of ways) {
    if (sentBy === undefined) continue;
    if (providers && !providers.has(sentBy)) return refusal('provider_not_set_up');
    if (!canCharge(sentBy, amountMinor, currency)) return refusal('amount_not_refundable');
  }
  return undefined;
}

async function readRefundable(client: pg.ClientBase, orgId: string, invoiceId: string) {
  const { rows } = await client.query<{
    ref: string;
    method: string | null;
    minor: string;
    refunded: string;
    under_way: string;
    over_under_way: string;
    provider: string | null;
    gone: string;
    gone_refunds: Refundable['gone'];
  }>({
    text: `select p.ref, p.method, p.amount_minor - (select coalesce(sum(d.reversed_minor), 0) from provider_dispute d
          where d.provider = p.provider and d.charge_ref = p.provider_ref) as minor, p.provider,
        coalesce(sum(r.amount_minor) filter (where r.status <> 'failed'), 0) as refunded,
        coalesce(sum(r.amount_minor) filter (where r.status in ('pending', 'unknown') and not r.of_overpaid), 0) as under_way,
        coalesce(sum(r.amount_minor) filter (where r.status in ('pending', 'unknown') and r.of_overpaid), 0) as over_under_way,
        greatest(0, (select coalesce(sum(t.amount_minor), 0) from provider_refund t
            where t.provider = p.provider and t.charge_ref = p.provider_ref and t.status <> 'failed')
          - coalesce(sum(r.amount_minor) filter (where r.status <> 'failed'), 0)) as gone,
        (select coalesce(json_agg(json_build_object('ref', t.ref, 'minor', t.amount_minor::text) order by t.made_at, t.ref), '[]') from provider_refund t
          where t.provider = p.provider and t.charge_ref = p.provider_ref and t.status <> 'failed' and not exists (select from refund o
            where o.org_id = t.org_id and o.invoice_id = t.invoice_id and (o.provider_key = t.provider_key or o.provider_ref = t.ref))) as gone_refunds
      from payment p left join refund r on r.org_id = p.org_id and r.invoice_id = p.invoice_id and r.payment_ref = p.ref
      where p.org_id = $1 and p.invoice_id = $2 and p.status = 'succeeded'
      group by p.org_id, p.invoice_id, p.ref order by p.at, p.ref`,
    values: [orgId, invoiceId],
  });
  const payments = rows.map(({ ref, method, minor, refunded, provider, gone, gone_refunds }): Refundable => ({
    ref,
    method: method ?? undefined,
    amountMinor: BigInt(minor),
    refundedMinor: BigInt(refunded),
    provider: provider ?? undefined,
    goneMinor: BigInt(gone),
    gone: gone_refunds,
  }));
  return {
    payments,
    paidMinor: sumMinor(rows.map(({ under_way }) => ({ amountMinor: BigInt(under_way) }))),
    overpaidMinor: sumMinor(rows.map(({ over_under_way }) => ({ amountMinor: BigInt(over_under_way) }))),
  };
}

interface NewRefund extends RefundWay {
  readonly invoiceId: string;
  readonly currency: string;
  readonly refundRef: string;
  readonly ofOverpaid: boolean;
}

async function insertRefund(client: pg.ClientBase, { orgId, reason, at }: StaffCommand, refunded: NewRefund) {
  const { invoiceId, refundRef, ref, amountMinor, currency, to, sentBy, ofOverpaid } = refunded;
  await client.query({
    text: `insert into refund (org_id, invoice_id, ref, payment_ref, amount_minor, currency, reason, at, status, paid_to, provider_key, of_overpaid)
      values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $10, $11)`,
    values: [
      orgId,
      invoiceId,
      refundRef,
      ref,
      String(amountMinor),
      currency,
      reason,
      instantText(at),
      to,
      sentBy === undefined ? null : `refund:${invoiceId}:${refundRef}`,
      ofOverpaid,
    ],
  });
}
