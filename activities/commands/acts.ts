import type pg from 'pg';
import { z } from 'zod';
import { refusal, type Refusal } from '#domain/billing/refusals';
import { staffCommandBodies, type StaffCommandKind } from '#domain/billing/staff-commands';
import type { EntityKey } from '../entity-key.ts';
import { addLeads } from './add-leads.ts';
import type { Act, Done, StaffCommand } from './command.ts';
import { correctCredits, correctUsage } from './correct-books.ts';
import { makeCreditNote, makeVoid, makeWriteOff } from './credit-invoice.ts';
import {
  acknowledgeIncident,
  assignIncident,
  escalateIncident,
  resolveIncident,
  withdrawAcknowledgement,
} from './handle-incident.ts';
import { moveLeads } from './move-leads.ts';
import { pauseDunning, resumeDunning } from './pause-dunning.ts';
import { cancelSubscription, changePlan, reactivateSubscription } from './order-subscription.ts';
import { markUncollectible } from './mark-uncollectible.ts';
import { payOutCredit } from './pay-out-credit.ts';
import { priceLead } from './price-lead.ts';
import { raiseAiLimit } from './raise-ai-limit.ts';
import { refundAddon } from './refund-addon.ts';
import { makeRefund } from './refund-invoice.ts';
import { excludeUsage, includeUsage, rerateUsage } from './rerate-usage.ts';
import { retryPayment } from './retry-payment.ts';
import { sendNotice } from './send-notice.ts';
import { changePaymentMethod } from './set-payment-method.ts';
import { takeBackMissing } from './take-back-missing.ts';
import { unpark } from './unpark.ts';

type StoredAct = (client: pg.ClientBase, command: StaffCommand, body: unknown) => Promise<Done | Refusal>;

const bodies = staffCommandBodies;

/** What each kind of command does. A new kind cannot lack its act. */
export const acts = {
  add_leads: reading(bodies.add_leads, addLeads),
  move_leads: reading(bodies.move_leads, moveLeads),
  price_lead: reading(bodies.price_lead, priceLead),
  credit_note: reading(bodies.credit_note, makeCreditNote),
  refund: reading(bodies.refund, makeRefund),
  take_back_refunds: reading(bodies.take_back_refunds, takeBackMissing),
  void: reading(bodies.void, makeVoid),
  write_off: reading(bodies.write_off, makeWriteOff),
  correct_usage: reading(bodies.correct_usage, correctUsage),
  correct_credits: reading(bodies.correct_credits, correctCredits),
  pay_out_credit: reading(bodies.pay_out_credit, payOutCredit),
  set_payment_method: reading(bodies.set_payment_method, changePaymentMethod),
  retry_payment: reading(bodies.retry_payment, retryPayment),
  pause_dunning: reading(bodies.pause_dunning, pauseDunning),
  resume_dunning: reading(bodies.resume_dunning, resumeDunning),
  send_notice: reading(bodies.send_notice, sendNotice),
  mark_uncollectible: reading(bodies.mark_uncollectible, markUncollectible),
  unpark: reading(bodies.unpark, unpark),
  change_plan: reading(bodies.change_plan, changePlan),
  cancel_subscription: reading(bodies.cancel_subscription, cancelSubscription),
  reactivate_subscription: reading(bodies.reactivate_subscription, reactivateSubscription),
  refund_addon: reading(bodies.refund_addon, refundAddon),
  rerate: reading(bodies.rerate, rerateUsage),
  exclude_usage: reading(bodies.exclude_usage, excludeUsage),
  include_usage: reading(bodies.include_usage, includeUsage),
  acknowledge_incident: reading(bodies.acknowledge_incident, acknowledgeIncident),
  withdraw_acknowledgement: reading(bodies.withdraw_acknowledgement, withdrawAcknowledgement),
  assign_incident: reading(bodies.assign_incident, assignIncident),
  escalate_incident: reading(bodies.escalate_incident, escalateIncident),
  resolve_incident: reading(bodies.resolve_incident, resolveIncident),
  raise_ai_limit: reading(bodies.raise_ai_limit, raiseAiLimit),
} as const satisfies Record<StaffCommandKind, StoredAct>;

const told = z.union([
  z.object({ subscriptionId: z.string() }),
  z.object({ purchaseId: z.string() }),
  z.object({ incidentId: z.string() }),
  z.object({ leadIds: z.array(z.string()), to: z.literal('converted') }),
]);

/** What an order tells events of, which is locked before its org. */
export function entitiesOf(orgId: string, body: unknown): EntityKey[] {
  const read = told.safeParse(body);
  if (!read.success) return [];
  if ('subscriptionId' in read.data) return [{ orgId, kind: 'subscription', id: read.data.subscriptionId }];
  if ('incidentId' in read.data) return [{ orgId, kind: 'incident', id: read.data.incidentId }];
  if ('leadIds' in read.data) return read.data.leadIds.map((id) => ({ orgId, kind: 'lead', id }));
  return [{ orgId, kind: 'addon', id: read.data.purchaseId }];
}

function reading<S extends z.ZodType>(schema: S, act: Act<z.output<S>>): StoredAct {
  return async (client, command, body) => {
    const read = schema.safeParse(body);
    return read.success ? act(client, command, read.data) : refusal('malformed');
  };
}
