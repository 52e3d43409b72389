'use server';

import { z } from 'zod';
import { staffCommandBodies } from '#domain/billing/staff-commands';
import { Picked } from '../../../../actions/picked.ts';
import { can } from '../../../../auth/access.ts';
import type { Staff } from '../../../../auth/session.ts';
import { staffAction } from '../../../../auth/staff-action.ts';
import {
  correctCredits,
  orderOnInvoice,
  orderOnOverdue,
  payOutCredit as payOut,
} from '../../../../services/provider/billing-orders.ts';

const text = z.string().trim().max(500);
const seen = { row: z.string().min(1).max(320), versionSeen: z.int().min(1), id: z.uuid() };
const reasoned = { ...seen, reason: text.min(1) };
const { credit_note, pause_dunning, correct_credits, pay_out_credit } = staffCommandBodies;
const { amountMinor } = credit_note.shape;

const mayWrite = (staff: Staff) => can(staff, 'billing', 'write');

export const makeCreditNote = staffAction({
  name: 'billing.credit_note',
  allows: mayWrite,
  input: z.strictObject({ ...reasoned, amountMinor }),
  run: (staff, { amountMinor: told, ...order }) =>
    orderOnInvoice(staff, 'credit_note', { ...order, more: { amountMinor: told } }),
});

export const makeRefund = staffAction({
  name: 'billing.refund',
  allows: mayWrite,
  stepUp: true,
  input: z.strictObject({ ...reasoned, amountMinor }),
  run: (staff, { amountMinor: told, ...order }) =>
    orderOnInvoice(staff, 'refund', { ...order, more: { amountMinor: told } }),
});

/** What was overpaid of an invoice goes back the way it came. */
export const sendOverpaidBack = staffAction({
  name: 'billing.refund_overpaid',
  allows: mayWrite,
  stepUp: true,
  input: z.strictObject({ ...reasoned, amountMinor }),
  run: (staff, { amountMinor: told, ...order }) =>
    orderOnInvoice(staff, 'refund', { ...order, more: { amountMinor: told, ofOverpaid: true } }),
});

export const takeBackRefunds = staffAction({
  name: 'billing.take_back_refunds',
  allows: mayWrite,
  stepUp: true,
  input: z.strictObject(reasoned),
  run: (staff, order) => orderOnInvoice(staff, 'take_back_refunds', order),
});

export const voidInvoice = staffAction({
  name: 'billing.void',
  allows: mayWrite,
  input: z.strictObject(reasoned),
  run: (staff, order) => orderOnInvoice(staff, 'void', order),
});

export const markUncollectible = staffAction({
  name: 'billing.mark_uncollectible',
  allows: mayWrite,
  stepUp: true,
  input: z.strictObject(reasoned),
  run: (staff, order) => orderOnInvoice(staff, 'mark_uncollectible', order),
});

export const writeOff = staffAction({
  name: 'billing.write_off',
  allows: mayWrite,
  stepUp: true,
  input: z.strictObject(reasoned),
  run: (staff, order) => orderOnInvoice(staff, 'write_off', order),
});

export const retryPayment = staffAction({
  name: 'billing.retry',
  allows: mayWrite,
  input: z.strictObject({ ...seen, reason: text }),
  run: (staff, order) => orderOnInvoice(staff, 'retry_payment', order),
});

export const pauseDunning = staffAction({
  name: 'billing.pause',
  allows: mayWrite,
  input: z.strictObject({ ...reasoned, until: pause_dunning.shape.until }),
  run: (staff, { until, ...order }) => orderOnInvoice(staff, 'pause_dunning', { ...order, more: { until } }),
});

export const resumeDunning = staffAction({
  name: 'billing.resume',
  allows: mayWrite,
  input: z.strictObject({ ...seen, reason: text }),
  run: (staff, order) => orderOnInvoice(staff, 'resume_dunning', order),
});

export const sendNotice = staffAction({
  name: 'billing.notice',
  allows: mayWrite,
  input: z.strictObject({ ...seen, reason: text }),
  run: (staff, order) => orderOnInvoice(staff, 'send_notice', order),
});

const many = z.strictObject({ picked: Picked, reason: text.min(1), id: z.uuid() });

export const retryPayments = staffAction({
  name: 'billing.retry_many',
  allows: mayWrite,
  input: many,
  run: (staff, order) => orderOnOverdue(staff, 'retry_payment', order),
});

export const sendNotices = staffAction({
  name: 'billing.notice_many',
  allows: mayWrite,
  input: many,
  run: (staff, order) => orderOnOverdue(staff, 'send_notice', order),
});

export const postCorrection = staffAction({
  name: 'billing.correct_credits',
  allows: mayWrite,
  input: z.strictObject({
    org: z.string().min(1).max(200),
    credits: correct_credits.shape.credits,
    expiresAt: correct_credits.shape.expiresAt,
    reason: text.min(1),
    id: z.uuid(),
  }),
  run: correctCredits,
});

export const payOutCredit = staffAction({
  name: 'billing.pay_out_credit',
  allows: mayWrite,
  stepUp: true,
  input: z.strictObject({
    ...pay_out_credit.shape,
    heldSeen: amountMinor,
    org: z.string().min(1).max(200),
    reason: text.min(1),
    id: z.uuid(),
  }),
  run: payOut,
});
