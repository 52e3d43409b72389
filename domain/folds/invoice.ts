import type { BilledStream } from '../billing/streams.ts';
import type { Meta } from '../fields.ts';
import { refuse, type EventOfKind, type Occurred, type Refused } from '../fold.ts';
import type { EpochMs } from '../instants.ts';
import { bookedMinorMax, smaller, sumMinor } from '../money.ts';

export interface ReportedPayment {
  readonly ref: string;
  readonly status: 'succeeded' | 'failed';
  readonly amountMinor: bigint;
  readonly method?: string | undefined;
  readonly failureCode?: string;
  readonly at: EpochMs;
  readonly meta?: Meta | undefined;
}

export interface ReportedRefund {
  readonly ref: string;
  readonly paymentRef?: string | undefined;
  readonly amountMinor: bigint;
  readonly reason?: string | undefined;
  readonly at: EpochMs;
  readonly meta?: Meta | undefined;
}

export interface IssuedInvoice {
  readonly number?: string | undefined;
  readonly stream: BilledStream;
  readonly totalMinor: bigint;
  readonly dueAt: EpochMs;
  readonly issuedAt: EpochMs;
  readonly meta?: Meta | undefined;
}

/** An invoice that a tenant reports: perhaps known only from its payments so far. */
export interface InvoiceState {
  readonly currency: string;
  readonly issued?: IssuedInvoice;
  readonly payments: readonly ReportedPayment[];
  readonly refunds: readonly ReportedRefund[];
  readonly paidAt?: EpochMs | undefined;
}

type InvoiceEvent = EventOfKind<'invoice'>;

export function foldInvoice(
  state: InvoiceState | undefined,
  { event }: Occurred<InvoiceEvent>,
): InvoiceState | Refused {
  const before: InvoiceState = state ?? { currency: event.data.currency, payments: [], refunds: [] };
  if (before.currency !== event.data.currency) return refuse('currency_mismatch');
  const next = stepOf(before, event);
  if ('refused' in next) return next;
  if (sumMinor(succeeded(next)) > bookedMinorMax) return refuse('amount_out_of_range');
  return { ...next, paidAt: next.paidAt ?? (isPaid(next) ? event.occurredAt : undefined) };
}

export interface InvoiceFigures {
  readonly status: 'incomplete' | 'open' | 'paid';
  readonly totalMinor: bigint;
  readonly paidMinor: bigint;
  readonly dueMinor: bigint;
  readonly refundedMinor: bigint;
  /** What was paid over the total: the org's credit, for staff to see. */
  readonly overpaidMinor: bigint;
}

/** The invoice takes what is due; the rest of its payments is the org's credit. A refund leaves it paid. */
export function invoiceFigures(state: InvoiceState): InvoiceFigures {
  const received = sumMinor(succeeded(state));
  const refundedMinor = sumMinor(state.refunds);
  if (!state.issued)
    return {
      status: 'incomplete',
      totalMinor: 0n,
      paidMinor: received,
      dueMinor: 0n,
      refundedMinor,
      overpaidMinor: 0n,
    };
  const { totalMinor } = state.issued;
  const paidMinor = smaller(received, totalMinor);
  const dueMinor = totalMinor - paidMinor;
  return {
    status: dueMinor === 0n ? 'paid' : 'open',
    totalMinor,
    paidMinor,
    dueMinor,
    refundedMinor,
    overpaidMinor: received - paidMinor,
  };
}

function stepOf(state: InvoiceState, event: InvoiceEvent): InvoiceState | Refused {
  switch (event.type) {
    case 'invoice.issued':
      return afterIssued(state, event.data, event.occurredAt);
    case 'invoice.paid':
      return afterPaid(state, event.data, event.occurredAt);
    case 'invoice.payment_failed':
      return afterFailed(state, event.data, event.occurredAt);
    case 'invoice.refunded':
      return afterRefunded(state, event.data, event.occurredAt);
  }
}

function afterIssued(
  state: InvoiceState,
  data: Extract<InvoiceEvent, { type: 'invoice.issued' }>['data'],
  at: EpochMs,
): InvoiceState | Refused {
  const { number, stream, dueAt, meta } = data;
  const totalMinor = BigInt(data.amountMinor);
  const { issued } = state;
  if (issued && (issued.totalMinor !== totalMinor || issued.stream !== stream)) return refuse('conflicting_duplicate');
  return {
    ...state,
    issued: {
      number: number ?? issued?.number,
      stream,
      totalMinor,
      dueAt,
      issuedAt: issued?.issuedAt ?? at,
      meta: meta ?? issued?.meta,
    },
  };
}

function afterPaid(
  state: InvoiceState,
  data: Extract<InvoiceEvent, { type: 'invoice.paid' }>['data'],
  at: EpochMs,
): InvoiceState | Refused {
  const { paymentId: ref, method, meta } = data;
  const payment: ReportedPayment = {
    ref,
    status: 'succeeded',
    amountMinor: BigInt(data.amountMinor),
    method,
    at,
    meta,
  };
  const known = state.payments.find((earlier) => earlier.ref === ref);
  if (known?.status === 'succeeded')
    return known.amountMinor === payment.amountMinor ? state : refuse('conflicting_duplicate');
  return { ...state, payments: [...state.payments.filter((earlier) => earlier.ref !== ref), payment] };
}

function afterFailed(
  state: InvoiceState,
  data: Extract<InvoiceEvent, { type: 'invoice.payment_failed' }>['data'],
  at: EpochMs,
): InvoiceState | Refused {
  const { paymentId: ref, failureCode, meta } = data;
  const payment: ReportedPayment = {
    ref,
    status: 'failed',
    amountMinor: BigInt(data.amountMinor),
    failureCode,
    at,
    meta,
  };
  if (state.payments.some((earlier) => earlier.ref === ref && earlier.status === 'succeeded'))
    return refuse('payment_already_succeeded');
  return { ...state, payments: [...state.payments.filter((earlier) => earlier.ref !== ref), payment] };
}

function afterRefunded(
  state: InvoiceState,
  data: Extract<InvoiceEvent, { type: 'invoice.refunded' }>['data'],
  at: EpochMs,
): InvoiceState | Refused {
  const { refundId: ref, paymentId: paymentRef, reason, meta } = data;
  const refund: ReportedRefund = { ref, paymentRef, amountMinor: BigInt(data.amountMinor), reason, at, meta };
  const known = state.refunds.find((earlier) => earlier.ref === ref);
  if (known)
    return known.amountMinor === refund.amountMinor && known.paymentRef === paymentRef
      ? state
      : refuse('conflicting_duplicate');
  const refused = refusalOf(state, refund);
  return refused ? refuse(refused) : { ...state, refunds: [...state.refunds, refund] };
}

function refusalOf(state: InvoiceState, refund: ReportedRefund) {
  const { paidMinor, refundedMinor } = invoiceFigures(state);
  if (refundedMinor + refund.amountMinor > paidMinor) return 'refund_exceeds_paid';
  if (refund.paymentRef === undefined) return undefined;
  const payment = succeeded(state).find((paid) => paid.ref === refund.paymentRef);
  if (!payment) return 'payment_not_found';
  const ofPayment = sumMinor(state.refunds.filter((earlier) => earlier.paymentRef === refund.paymentRef));
  return ofPayment + refund.amountMinor > payment.amountMinor ? 'refund_exceeds_paid' : undefined;
}

function succeeded(state: InvoiceState) {
  return state.payments.filter((payment) => payment.status === 'succeeded');
}

function isPaid(state: InvoiceState) {
  return invoiceFigures(state).status === 'paid';
}
