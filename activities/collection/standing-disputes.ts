import type pg from 'pg';
import { holdOf, type Dispute, type DisputeStatus } from '#domain/billing/disputes';
import type { InvoiceName } from './names.ts';
import { readRows, type RowReader } from './rows.ts';

/** A dispute as its provider has it, and what of it the books took. */
export interface StoredDispute extends Dispute {
  readonly provider: string;
  readonly ref: string;
  readonly currency: string;
  readonly feeMinor: bigint;
  readonly feeCurrency: string | undefined;
  readonly bookedStatus: DisputeStatus | undefined;
  /** What of it went out of its payment. */
  readonly reversedMinor: bigint;
  readonly bookedFeeMinor: bigint;
  /** How often the books took something of it. */
  readonly changes: number;
  /** Undefined where the books lack the payment. */
  readonly payment: DisputedPayment | undefined;
}

interface DisputedPayment {
  readonly ref: string;
  readonly amountMinor: bigint;
  readonly refundedMinor: bigint;
  readonly isRefundUnderWay: boolean;
}

/** Whether only staff may have the invoice collected, or, over an open dispute, nobody. */
export function isHeld({ disputes, waitsFor }: HeldBy): boolean {
  return holdOf(disputes) === 'disputed' || isHold(waitsFor);
}

interface HeldBy {
  readonly disputes: readonly Dispute[];
  readonly waitsFor: string | undefined;
}

export function isHold(waitsFor: string | undefined): boolean {
  return waitsFor === 'disputed' || waitsFor === 'dispute_lost';
}

export function readDisputes(
  client: pg.ClientBase,
  wanted: readonly [readonly string[], readonly string[]],
): Promise<(InvoiceName & StoredDispute)[]> {
  return readRows(client, query, wanted, disputeOfRow);
}

const query = `select d.org_id, d.invoice_id, d.provider, d.ref, d.amount_minor, d.currency, d.fee_minor, d.fee_currency, d.status, d.booked_status,
    d.reversed_minor, d.booked_fee_minor, d.changes, p.ref as payment_ref, p.amount_minor as payment_minor, r.refunded, r.is_under_way
  from unnest($1::text[], $2::text[]) as w (org_id, invoice_id)
    join provider_dispute d on d.org_id = w.org_id and d.invoice_id = w.invoice_id
    left join payment p on p.org_id = d.org_id and p.invoice_id = d.invoice_id and p.provider = d.provider and p.provider_ref = d.charge_ref
      and p.status = 'succeeded'
    cross join lateral (
      select coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded' and r.payment_ref = p.ref), 0) as refunded,
        coalesce(bool_or(r.status in ('pending', 'unknown')), false) as is_under_way
      from refund r where r.org_id = p.org_id and r.invoice_id = p.invoice_id and (r.payment_ref = p.ref or r.of_overpaid)) r
  order by d.opened_at, d.ref`;

function disputeOfRow(row: RowReader): InvoiceName & StoredDispute {
  const booked = row.optionalText('booked_status');
  return {
    orgId: row.text('org_id'),
    invoiceId: row.text('invoice_id'),
    provider: row.text('provider'),
    ref: row.text('ref'),
    amountMinor: row.minor('amount_minor'),
    currency: row.text('currency'),
    feeMinor: row.minor('fee_minor'),
    feeCurrency: row.optionalText('fee_currency'),
    status: statusOf(row.text('status')),
    bookedStatus: booked === undefined ? undefined : statusOf(booked),
    reversedMinor: row.minor('reversed_minor'),
    bookedFeeMinor: row.minor('booked_fee_minor'),
    changes: row.number('changes'),
    payment: paymentOf(row),
  };
}

function paymentOf(row: RowReader): DisputedPayment | undefined {
  const ref = row.optionalText('payment_ref');
  if (ref === undefined) return undefined;
  return {
    ref,
    amountMinor: row.minor('payment_minor'),
    refundedMinor: row.minor('refunded'),
    isRefundUnderWay: row.isSet('is_under_way'),
  };
}

function statusOf(text: string): DisputeStatus {
  return text === 'won' || text === 'lost' ? text : 'open';
}
