/** The events a tenant sends, as they stand on the wire. The gateway checks them; these types only help to write them. */

/** An RFC 3339 instant with a zone, for example `2026-01-31T09:30:00Z`. */
export type Instant = string;

/** The tenant's own id of a thing: 1 to 128 characters, unique per tenant and kind. */
export type Id = string;

/** An integer of minor units (cents) of the `currency` beside it. */
export type Minor = number;

/** An ISO 4217 code. */
export type Currency = string;

/** A non-negative integer up to 2^53-1, or a decimal string with at most 9 places. */
export type Quantity = number | string;

/** Any JSON object of at most 8 KiB. */
export type Meta = Readonly<Record<string, unknown>>;

export interface UsageData {
  /** A slug of `a-z 0-9 _ .` */
  readonly meter: string;
  readonly quantity: Quantity;
  /** The window is half-open, not empty and at most 31 days long. */
  readonly windowStart: Instant;
  readonly windowEnd: Instant;
  /** Deduplicates the row for ever. Without it two equal rows are both counted. */
  readonly id?: Id;
  readonly meta?: Meta;
}

/** One row of a usage request, which takes 1 to 1,000 of them. */
export interface UsageRow extends UsageData {
  readonly tenantId: string;
}

export interface EvaluationCase {
  readonly name: string;
  readonly passed: boolean;
  readonly score?: number;
  readonly detail?: string;
}

/** The `data` of each type of event. */
export interface EventData {
  readonly 'lead.created': {
    readonly leadId: Id;
    readonly source: string;
    readonly name?: string;
    readonly email?: string;
    readonly phone?: string;
    readonly company?: string;
    readonly valueMinor?: Minor;
    readonly currency?: Currency;
    readonly meta?: Meta;
  };
  readonly 'lead.converted': {
    readonly leadId: Id;
    readonly feeMinor?: Minor;
    readonly currency?: Currency;
    readonly meta?: Meta;
  };
  readonly 'subscription.created': {
    readonly subscriptionId: Id;
    readonly plan: string;
    readonly status: 'trialing' | 'active';
    readonly priceMinor: Minor;
    readonly currency: Currency;
    readonly interval: 'month' | 'year';
    readonly quantity?: number;
    readonly trialEndsAt?: Instant;
    readonly renewsAt?: Instant;
    readonly meta?: Meta;
  };
  /** Names at least one member besides the id. */
  readonly 'subscription.updated': {
    readonly subscriptionId: Id;
    readonly plan?: string;
    readonly status?: 'trialing' | 'active' | 'past_due';
    readonly priceMinor?: Minor;
    readonly interval?: 'month' | 'year';
    readonly quantity?: number;
    readonly renewsAt?: Instant;
    readonly meta?: Meta;
  };
  readonly 'subscription.canceled': { readonly subscriptionId: Id; readonly reason?: string; readonly meta?: Meta };
  readonly 'usage.reported': UsageData;
  readonly 'addon.purchased': {
    readonly purchaseId: Id;
    readonly sku: string;
    readonly amountMinor: Minor;
    readonly currency: Currency;
    readonly quantity?: number;
    readonly meta?: Meta;
  };
  /** Without an amount: all that is left. */
  readonly 'addon.refunded': {
    readonly purchaseId: Id;
    readonly amountMinor?: Minor;
    readonly reason?: string;
    readonly meta?: Meta;
  };
  readonly 'incident.opened': {
    readonly incidentId: Id;
    readonly title: string;
    readonly severity: 'critical' | 'high' | 'medium' | 'low';
    readonly description?: string;
    readonly meta?: Meta;
  };
  /** `level` is 1 to 5. */
  readonly 'incident.escalated': {
    readonly incidentId: Id;
    readonly level: number;
    readonly reason?: string;
    readonly meta?: Meta;
  };
  readonly 'incident.resolved': { readonly incidentId: Id; readonly resolution?: string; readonly meta?: Meta };
  readonly 'invoice.issued': {
    readonly invoiceId: Id;
    readonly number?: string;
    readonly stream: 'leads' | 'subscriptions' | 'usage' | 'addons' | 'ai';
    readonly amountMinor: Minor;
    readonly currency: Currency;
    readonly dueAt: Instant;
    readonly meta?: Meta;
  };
  readonly 'invoice.paid': {
    readonly invoiceId: Id;
    readonly paymentId: Id;
    readonly amountMinor: Minor;
    readonly currency: Currency;
    readonly method?: string;
    readonly meta?: Meta;
  };
  readonly 'invoice.payment_failed': {
    readonly invoiceId: Id;
    readonly paymentId: Id;
    readonly amountMinor: Minor;
    readonly currency: Currency;
    readonly failureCode: string;
    readonly meta?: Meta;
  };
  readonly 'invoice.refunded': {
    readonly invoiceId: Id;
    readonly refundId: Id;
    readonly paymentId?: Id;
    readonly amountMinor: Minor;
    readonly currency: Currency;
    readonly reason?: string;
    readonly meta?: Meta;
  };
  readonly 'ai.used': {
    readonly usageId: Id;
    readonly feature: string;
    readonly model?: string;
    readonly credits: Quantity;
    readonly promptTokens?: number;
    readonly completionTokens?: number;
    readonly costMinor?: Minor;
    readonly currency?: Currency;
    readonly meta?: Meta;
  };
  readonly 'ai.credits_purchased': {
    readonly purchaseId: Id;
    readonly credits: Quantity;
    readonly amountMinor: Minor;
    readonly currency: Currency;
    readonly meta?: Meta;
  };
  readonly 'evaluation.completed': {
    readonly runId: Id;
    readonly suite: string;
    readonly commit?: string;
    readonly model?: string;
    readonly passed: number;
    readonly failed: number;
    readonly score?: number;
    readonly url?: string;
    readonly cases?: readonly EvaluationCase[];
    readonly meta?: Meta;
  };
}

export type EventType = keyof EventData;

export interface EventOf<T extends EventType> {
  readonly type: T;
  /** The key's own tenant. */
  readonly tenantId: string;
  /** Orders the events about one thing. At most 24 h ahead; in the past it may lie anywhere. */
  readonly occurredAt: Instant;
  readonly data: EventData[T];
}

export type TenantEvent = { [T in EventType]: EventOf<T> }[EventType];
