'use server';

import { z } from 'zod';
import { leadStatuses } from '#domain/billing/lead-moves';
import { Picked } from '../../../../actions/picked.ts';
import { can } from '../../../../auth/access.ts';
import { staffAction } from '../../../../auth/staff-action.ts';
import { previewInvoices } from '../../../../services/provider/invoice-preview.ts';
import { invoiceLeads, moveLead, moveLeads, priceLead } from '../../../../services/provider/lead-orders.ts';

const row = z.string().min(1).max(320);
const reason = z.string().trim().max(500);
const told = { reason: reason.min(1), id: z.uuid() };
const Status = z.enum(leadStatuses);
const fee = z.strictObject({ minor: z.string().max(19), currency: z.string().length(3) });

/** A step of one lead. The way back from it is the same with other words. */
export const setLeadStatus = staffAction({
  name: 'leads.move',
  allows: (staff) => can(staff, 'leads', 'convert'),
  input: z.strictObject({ row, to: Status, statusSeen: Status, reason, id: z.uuid(), fee: fee.optional() }),
  run: moveLead,
});

export const setLeadStatuses = staffAction({
  name: 'leads.move_many',
  allows: (staff) => can(staff, 'leads', 'convert'),
  input: z.strictObject({ picked: Picked, to: z.enum(['converted', 'disqualified']), ...told }),
  run: (staff, { picked, to, ...rest }) => moveLeads(staff, to, picked, rest),
});

export const setLeadFee = staffAction({
  name: 'leads.price',
  allows: (staff) => can(staff, 'leads', 'invoice'),
  input: z.strictObject({ row, fee, ...told }),
  run: priceLead,
});

/** Changes nothing. */
export const previewLeadInvoices = staffAction({
  name: 'leads.preview_invoices',
  allows: (staff) => can(staff, 'leads', 'invoice'),
  input: Picked,
  run: previewInvoices,
});

export const addLeadsToInvoices = staffAction({
  name: 'leads.add_to_invoices',
  allows: (staff) => can(staff, 'leads', 'invoice'),
  input: z.strictObject({ picked: Picked, ...told }),
  run: (staff, { picked, ...rest }) => invoiceLeads(staff, picked, rest),
});
