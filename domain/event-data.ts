import { z } from 'zod';
import { streams } from './billing/streams.ts';
import * as field from './fields.ts';
import { usageData } from './usage.ts';

/** The `data` of each event type, as the wire contract's table has it. */
const meta = field.meta.optional();
const currencyNeeded = { path: ['currency'], error: 'Needed beside an amount' };

export const leadCreated = z
  .strictObject({
    leadId: field.id,
    source: field.name,
    name: field.name.optional(),
    email: field.email.optional(),
    phone: field.phone.optional(),
    company: field.title.optional(),
    valueMinor: field.minor.optional(),
    currency: field.currency.optional(),
    meta,
  })
  .refine((data) => data.valueMinor === undefined || data.currency !== undefined, currencyNeeded);

export const leadConverted = z
  .strictObject({
    leadId: field.id,
    feeMinor: field.minor.optional(),
    currency: field.currency.optional(),
    meta,
  })
  .refine((data) => data.feeMinor === undefined || data.currency !== undefined, currencyNeeded);

const interval = z.enum(['month', 'year']);

export const subscriptionCreated = z.strictObject({
  subscriptionId: field.id,
  plan: field.name,
  status: z.enum(['trialing', 'active']),
  priceMinor: field.minor,
  currency: field.currency,
  interval,
  quantity: field.countAtLeastOne.optional(),
  trialEndsAt: field.instant.optional(),
  renewsAt: field.instant.optional(),
  meta,
});

export const subscriptionUpdated = z
  .strictObject({
    subscriptionId: field.id,
    plan: field.name.optional(),
    status: z.enum(['trialing', 'active', 'past_due']).optional(),
    priceMinor: field.minor.optional(),
    interval: interval.optional(),
    quantity: field.countAtLeastOne.optional(),
    renewsAt: field.instant.optional(),
    meta,
  })
  .refine((data) => Object.keys(data).length > 1, { error: 'Must name at least one member besides subscriptionId' });

export const subscriptionCanceled = z.strictObject({
  subscriptionId: field.id,
  reason: field.longText.optional(),
  meta,
});

export const addonPurchased = z.strictObject({
  purchaseId: field.id,
  sku: field.name,
  amountMinor: field.minor,
  currency: field.currency,
  quantity: field.countAtLeastOne.optional(),
  meta,
});

export const addonRefunded = z.strictObject({
  purchaseId: field.id,
  amountMinor: field.minorAtLeastOne.optional(),
  reason: field.longText.optional(),
  meta,
});

export const incidentOpened = z.strictObject({
  incidentId: field.id,
  title: field.title,
  severity: z.enum(['critical', 'high', 'medium', 'low']),
  description: field.longText.optional(),
  meta,
});

export const incidentEscalated = z.strictObject({
  incidentId: field.id,
  level: z.int().min(1).max(5),
  reason: field.longText.optional(),
  meta,
});

export const incidentResolved = z.strictObject({ incidentId: field.id, resolution: field.longText.optional(), meta });

export const invoiceIssued = z.strictObject({
  invoiceId: field.id,
  number: field.name.optional(),
  stream: z.enum(streams),
  amountMinor: field.minor,
  currency: field.currency,
  dueAt: field.instant,
  meta,
});

export const invoicePaid = z.strictObject({
  invoiceId: field.id,
  paymentId: field.id,
  amountMinor: field.minorAtLeastOne,
  currency: field.currency,
  method: field.name.optional(),
  meta,
});

export const invoicePaymentFailed = z.strictObject({
  invoiceId: field.id,
  paymentId: field.id,
  amountMinor: field.minorAtLeastOne,
  currency: field.currency,
  failureCode: field.code,
  meta,
});

export const invoiceRefunded = z.strictObject({
  invoiceId: field.id,
  refundId: field.id,
  paymentId: field.id.optional(),
  amountMinor: field.minorAtLeastOne,
  currency: field.currency,
  reason: field.longText.optional(),
  meta,
});

export const aiUsed = z
  .strictObject({
    usageId: field.id,
    feature: field.feature,
    model: field.name.optional(),
    credits: field.quantity,
    promptTokens: field.count.optional(),
    completionTokens: field.count.optional(),
    costMinor: field.minor.optional(),
    currency: field.currency.optional(),
    meta,
  })
  .refine((data) => data.costMinor === undefined || data.currency !== undefined, currencyNeeded);

export const aiCreditsPurchased = z.strictObject({
  purchaseId: field.id,
  credits: field.quantity,
  amountMinor: field.minor,
  currency: field.currency,
  meta,
});

export const evaluationCasesMax = 500;
const score = z.number();

export const evaluationCompleted = z.strictObject({
  runId: field.id,
  suite: field.name,
  commit: field.code.optional(),
  model: field.name.optional(),
  passed: field.count,
  failed: field.count,
  score: score.optional(),
  url: field.url.optional(),
  cases: z
    .array(
      z.strictObject({
        name: field.name,
        passed: z.boolean(),
        score: score.optional(),
        detail: field.longText.optional(),
      }),
    )
    .max(evaluationCasesMax)
    .optional(),
  meta,
});

export const usageReported = usageData;
