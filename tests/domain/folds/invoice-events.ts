import type { Told } from '../../support/events.ts';

const invoice = { invoiceId: 'I', currency: 'EUR' };
export const issued = (amountMinor: number, at: number, more = {}): Told => ({
  type: 'invoice.issued',
  at,
  data: { ...invoice, stream: 'usage', amountMinor, dueAt: '2026-02-01T00:00:00Z', ...more },
});
export const paid = (paymentId: string, amountMinor: number, at: number, more = {}): Told => ({
  type: 'invoice.paid',
  at,
  data: { ...invoice, paymentId, amountMinor, ...more },
});
export const failed = (paymentId: string, amountMinor: number, at: number): Told => ({
  type: 'invoice.payment_failed',
  at,
  data: { ...invoice, paymentId, amountMinor, failureCode: 'declined' },
});
export const refunded = (refundId: string, amountMinor: number, at: number, more = {}): Told => ({
  type: 'invoice.refunded',
  at,
  data: { ...invoice, refundId, amountMinor, ...more },
});
