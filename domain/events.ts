import { z } from 'zod';
import * as data from './event-data.ts';
import * as field from './fields.ts';
import { hourMs, type EpochMs } from './instants.ts';
import { issueAt, issuesOf, type Parsed } from './issues.ts';

/** `occurredAt` may lie anywhere in the past and at most this far ahead. */
export const aheadMsMax = 24 * hourMs;

/** One event as it stands on the wire: the only shape anything later sees. Instants are read into milliseconds, quantities into decimals. */
export const eventSchema = z.discriminatedUnion('type', [
  envelope('lead.created', data.leadCreated),
  envelope('lead.converted', data.leadConverted),
  envelope('subscription.created', data.subscriptionCreated),
  envelope('subscription.updated', data.subscriptionUpdated),
  envelope('subscription.canceled', data.subscriptionCanceled),
  envelope('usage.reported', data.usageReported),
  envelope('addon.purchased', data.addonPurchased),
  envelope('addon.refunded', data.addonRefunded),
  envelope('incident.opened', data.incidentOpened),
  envelope('incident.escalated', data.incidentEscalated),
  envelope('incident.resolved', data.incidentResolved),
  envelope('invoice.issued', data.invoiceIssued),
  envelope('invoice.paid', data.invoicePaid),
  envelope('invoice.payment_failed', data.invoicePaymentFailed),
  envelope('invoice.refunded', data.invoiceRefunded),
  envelope('ai.used', data.aiUsed),
  envelope('ai.credits_purchased', data.aiCreditsPurchased),
  envelope('evaluation.completed', data.evaluationCompleted),
]);

export type TenantEvent = z.output<typeof eventSchema>;
export type EventType = TenantEvent['type'];
export type EventOf<T extends EventType> = Extract<TenantEvent, { type: T }>;

/**
 * Reads a parsed JSON body as an event.
 * @param now when the request was received, in milliseconds
 */
export function parseEvent(body: unknown, now: EpochMs): Parsed<TenantEvent> {
  const result = eventSchema.safeParse(body);
  if (!result.success) return { ok: false, issues: issuesOf(result.error) };
  if (result.data.occurredAt - now > aheadMsMax)
    return { ok: false, issues: [issueAt(['occurredAt'], 'Must be at most 24 hours ahead')] };
  return { ok: true, value: result.data };
}

function envelope<T extends string, D extends z.ZodType>(type: T, schema: D) {
  return z.strictObject({ type: z.literal(type), tenantId: field.id, occurredAt: field.instant, data: schema });
}
