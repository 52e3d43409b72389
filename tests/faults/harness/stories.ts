import type { EventType } from '#domain/events';
import type { Dice } from './random.ts';

/** One event of a story, before it is put on the wire. `minute` orders the story; `after` is how long after the step before it occurred. */
export interface Step {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
}

type Story = (id: string, dice: Dice) => readonly Step[];

/** What happens to one thing, in the order in which it occurs. Some of it can never be applied and must end as rejected. */
export const stories: readonly [Story, ...Story[]] = [
  lead,
  subscription,
  addon,
  incident,
  invoice,
  invoice,
  invoiceOfTwoCurrencies,
  usage,
  ai,
  evaluation,
];

function lead(leadId: string): Step[] {
  return [
    { type: 'lead.created', data: { leadId, source: 'web', valueMinor: 250_000, currency: 'EUR' } },
    { type: 'lead.converted', data: { leadId, feeMinor: 15_000, currency: 'EUR' } },
  ];
}

function subscription(subscriptionId: string, dice: Dice): Step[] {
  const created = { subscriptionId, plan: 'team', status: 'active', priceMinor: 9_900, currency: 'EUR' };
  return [
    { type: 'subscription.created', data: { ...created, interval: dice.pick(['month', 'year']) } },
    { type: 'subscription.updated', data: { subscriptionId, quantity: 1 + dice.below(20) } },
    { type: 'subscription.updated', data: { subscriptionId, plan: 'business', priceMinor: 19_900 } },
    { type: 'subscription.canceled', data: { subscriptionId, reason: 'moved in house' } },
  ];
}

function addon(purchaseId: string): Step[] {
  return [
    { type: 'addon.purchased', data: { purchaseId, sku: 'seats', amountMinor: 4_900, currency: 'EUR' } },
    { type: 'addon.refunded', data: { purchaseId, amountMinor: 1_000 } },
    // More than is left: rejected.
    { type: 'addon.refunded', data: { purchaseId, amountMinor: 9_000 } },
  ];
}

function incident(incidentId: string, dice: Dice): Step[] {
  return [
    { type: 'incident.opened', data: { incidentId, title: 'Sync stalled', severity: dice.pick(['high', 'low']) } },
    { type: 'incident.escalated', data: { incidentId, level: 1 + dice.below(5) } },
    { type: 'incident.resolved', data: { incidentId, resolution: 'restarted' } },
  ];
}

function invoice(invoiceId: string, dice: Dice): Step[] {
  const money = { invoiceId, currency: 'EUR' };
  const dueAt = '2026-12-31T00:00:00Z';
  return [
    { type: 'invoice.issued', data: { ...money, stream: 'usage', amountMinor: 9_900, dueAt } },
    {
      type: 'invoice.payment_failed',
      data: { ...money, paymentId: 'first', amountMinor: 9_900, failureCode: 'declined' },
    },
    { type: 'invoice.paid', data: { ...money, paymentId: 'second', amountMinor: 1 + dice.below(9_900) } },
    { type: 'invoice.refunded', data: { ...money, refundId: 'goodwill', amountMinor: 1 } },
    // More than was ever paid: rejected.
    { type: 'invoice.refunded', data: { ...money, refundId: 'all', amountMinor: 20_000 } },
  ];
}

function invoiceOfTwoCurrencies(invoiceId: string): Step[] {
  const dueAt = '2026-12-31T00:00:00Z';
  return [
    { type: 'invoice.issued', data: { invoiceId, stream: 'leads', amountMinor: 500, currency: 'EUR', dueAt } },
    { type: 'invoice.paid', data: { invoiceId, paymentId: 'foreign', amountMinor: 500, currency: 'USD' } },
    { type: 'invoice.paid', data: { invoiceId, paymentId: 'own', amountMinor: 500, currency: 'EUR' } },
  ];
}

function usage(_id: string, dice: Dice): Step[] {
  const window = { windowStart: '2026-01-01T00:00:00Z', windowEnd: '2026-01-01T01:00:00Z' };
  return [{ type: 'usage.reported', data: { meter: 'emails_sent', quantity: dice.below(10_000), ...window } }];
}

function ai(id: string, dice: Dice): Step[] {
  return [
    { type: 'ai.credits_purchased', data: { purchaseId: id, credits: 1_000, amountMinor: 10_000, currency: 'EUR' } },
    { type: 'ai.used', data: { usageId: id, feature: 'pricing', credits: `${dice.below(100)}.5` } },
  ];
}

function evaluation(runId: string, dice: Dice): Step[] {
  const cases = Array.from({ length: dice.below(4) }, (_, index) => ({ name: `case ${index}`, passed: true }));
  return [{ type: 'evaluation.completed', data: { runId, suite: 'rfp', passed: cases.length, failed: 0, cases } }];
}
