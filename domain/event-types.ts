import type { EventType, TenantEvent } from './events.ts';
import { usageBatchType } from './usage.ts';

/** The part of the business an event belongs to; set as a search attribute of its run. */
export type Stream = 'leads' | 'subscriptions' | 'usage' | 'addons' | 'ai' | 'invoices' | 'incidents' | 'evaluations';

/** What an event changes. Events of one kind and id fold into one row. Usage rows add up and need no fold. */
export type EntityKind =
  | 'lead'
  | 'subscription'
  | 'usage'
  | 'addon'
  | 'incident'
  | 'invoice'
  | 'ai_usage'
  | 'credit_grant'
  | 'evaluation';

export interface Subject {
  readonly kind: EntityKind;
  readonly id: string;
}

interface EventTypeDefinition {
  readonly kind: EntityKind;
  readonly stream: Stream;
  readonly summary: string;
  /** The `data` of a small valid event, as a tenant would send it. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** One row per event type: a new type cannot lack its kind, stream, words or example. */
export const eventTypes = {
  'lead.created': {
    kind: 'lead',
    stream: 'leads',
    summary: 'A lead came in',
    example: { leadId: 'L-1', source: 'web', company: 'Northwind', valueMinor: 250_000, currency: 'EUR' },
  },
  'lead.converted': {
    kind: 'lead',
    stream: 'leads',
    summary: 'A lead became a customer',
    example: { leadId: 'L-1', feeMinor: 15_000, currency: 'EUR' },
  },
  'subscription.created': {
    kind: 'subscription',
    stream: 'subscriptions',
    summary: 'A subscription began',
    example: {
      subscriptionId: 'S-1',
      plan: 'team',
      status: 'active',
      priceMinor: 9_900,
      currency: 'EUR',
      interval: 'month',
    },
  },
  'subscription.updated': {
    kind: 'subscription',
    stream: 'subscriptions',
    summary: 'A subscription changed its plan, price, quantity or status',
    example: { subscriptionId: 'S-1', plan: 'business', priceMinor: 19_900 },
  },
  'subscription.canceled': {
    kind: 'subscription',
    stream: 'subscriptions',
    summary: 'A subscription ended',
    example: { subscriptionId: 'S-1', reason: 'moved in house' },
  },
  'usage.reported': {
    kind: 'usage',
    stream: 'usage',
    summary: 'One row of usage',
    example: {
      meter: 'emails_sent',
      quantity: 120,
      windowStart: '2026-01-01T00:00:00Z',
      windowEnd: '2026-01-01T01:00:00Z',
    },
  },
  'addon.purchased': {
    kind: 'addon',
    stream: 'addons',
    summary: 'An add-on was bought',
    example: { purchaseId: 'P-1', sku: 'extra-seats', amountMinor: 4_900, currency: 'EUR', quantity: 2 },
  },
  'addon.refunded': {
    kind: 'addon',
    stream: 'addons',
    summary: 'An add-on was refunded, in part or all that is left',
    example: { purchaseId: 'P-1', amountMinor: 1_000, reason: 'goodwill' },
  },
  'incident.opened': {
    kind: 'incident',
    stream: 'incidents',
    summary: 'An incident was opened; a resolved one is reopened',
    example: { incidentId: 'I-1', title: 'Sync stalled', severity: 'high' },
  },
  'incident.escalated': {
    kind: 'incident',
    stream: 'incidents',
    summary: 'An incident was escalated',
    example: { incidentId: 'I-1', level: 2, reason: 'no answer within target' },
  },
  'incident.resolved': {
    kind: 'incident',
    stream: 'incidents',
    summary: 'An incident was resolved',
    example: { incidentId: 'I-1', resolution: 'worker restarted' },
  },
  'invoice.issued': {
    kind: 'invoice',
    stream: 'invoices',
    summary: 'A tenant issued an invoice',
    example: {
      invoiceId: 'INV-1',
      stream: 'subscriptions',
      amountMinor: 9_900,
      currency: 'EUR',
      dueAt: '2026-01-31T00:00:00Z',
    },
  },
  'invoice.paid': {
    kind: 'invoice',
    stream: 'invoices',
    summary: 'An invoice was paid, in part or whole',
    example: { invoiceId: 'INV-1', paymentId: 'PAY-1', amountMinor: 9_900, currency: 'EUR', method: 'card' },
  },
  'invoice.payment_failed': {
    kind: 'invoice',
    stream: 'invoices',
    summary: 'A payment of an invoice failed',
    example: {
      invoiceId: 'INV-1',
      paymentId: 'PAY-0',
      amountMinor: 9_900,
      currency: 'EUR',
      failureCode: 'card_declined',
    },
  },
  'invoice.refunded': {
    kind: 'invoice',
    stream: 'invoices',
    summary: 'Money of an invoice went back',
    example: { invoiceId: 'INV-1', refundId: 'R-1', paymentId: 'PAY-1', amountMinor: 900, currency: 'EUR' },
  },
  'ai.used': {
    kind: 'ai_usage',
    stream: 'ai',
    summary: 'AI credits were used',
    example: {
      usageId: 'U-1',
      feature: 'lead_analysis',
      model: 'small',
      credits: '1.5',
      promptTokens: 900,
      completionTokens: 120,
    },
  },
  'ai.credits_purchased': {
    kind: 'credit_grant',
    stream: 'ai',
    summary: 'AI credits were bought',
    example: { purchaseId: 'C-1', credits: 1_000, amountMinor: 10_000, currency: 'EUR' },
  },
  'evaluation.completed': {
    kind: 'evaluation',
    stream: 'evaluations',
    summary: 'A run of prompt evaluations ended',
    example: {
      runId: 'run-1',
      suite: 'rfp',
      passed: 19,
      failed: 1,
      score: 0.95,
      cases: [{ name: 'greets', passed: true }],
    },
  },
} as const satisfies Readonly<Record<EventType, EventTypeDefinition>>;

/** What an event is about; undefined for usage, whose rows stand alone. */
export function subjectOf(event: TenantEvent): Subject | undefined {
  const id = entityIdOf(event);
  return id === undefined ? undefined : { kind: eventTypes[event.type].kind, id };
}

/** The stream of any stored type; what a newer release wrote is unknown here. */
export function streamOf(type: string): Stream | undefined {
  if (type === usageBatchType) return 'usage';
  return isEventType(type) ? eventTypes[type].stream : undefined;
}

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventTypes, type);
}

function entityIdOf(event: TenantEvent): string | undefined {
  switch (event.type) {
    case 'lead.created':
    case 'lead.converted':
      return event.data.leadId;
    case 'subscription.created':
    case 'subscription.updated':
    case 'subscription.canceled':
      return event.data.subscriptionId;
    case 'addon.purchased':
    case 'addon.refunded':
      return event.data.purchaseId;
    case 'incident.opened':
    case 'incident.escalated':
    case 'incident.resolved':
      return event.data.incidentId;
    case 'invoice.issued':
    case 'invoice.paid':
    case 'invoice.payment_failed':
    case 'invoice.refunded':
      return event.data.invoiceId;
    case 'ai.used':
      return event.data.usageId;
    case 'ai.credits_purchased':
      return event.data.purchaseId;
    case 'evaluation.completed':
      return event.data.runId;
    case 'usage.reported':
      return undefined;
  }
}
