import type { Told } from '../../support/events.ts';

/** The same numbers for the same seed: at or above 0 and below 1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const dayMinutes = 1_440;
/** So many days from the start of 2026 things happen. */
export const historyDays = 120;

/** Events of every stream about few things, so that they meet; in no order of time. */
export function randomHistory(random: () => number, count: number): Told[] {
  const below = (max: number) => Math.floor(random() * max);
  const currency = () => (random() < 0.7 ? 'EUR' : 'USD');
  const makers: (() => Pick<Told, 'type' | 'data'>)[] = [
    () => ({ type: 'lead.created', data: { leadId: `L-${below(30)}`, source: 'web' } }),
    () => ({
      type: 'lead.converted',
      data: { leadId: `L-${below(30)}`, feeMinor: 100 + below(900), currency: currency() },
    }),
    () => ({
      type: 'subscription.created',
      data: {
        subscriptionId: `S-${below(6)}`,
        plan: 'team',
        status: 'active',
        priceMinor: 1_000 * (1 + below(9)),
        currency: 'EUR',
        interval: random() < 0.8 ? 'month' : 'year',
      },
    }),
    () => ({ type: 'subscription.updated', data: { subscriptionId: `S-${below(6)}`, priceMinor: 500 * below(20) } }),
    () => ({ type: 'subscription.canceled', data: { subscriptionId: `S-${below(6)}` } }),
    () => ({
      type: 'addon.purchased',
      data: { purchaseId: `P-${below(20)}`, sku: 'seats', amountMinor: 4_900, currency: 'EUR', quantity: 1 },
    }),
    () => ({ type: 'addon.refunded', data: { purchaseId: `P-${below(20)}`, amountMinor: 1 + below(2_000) } }),
    () => ({ type: 'incident.opened', data: { incidentId: `I-${below(8)}`, title: 'Sync stalled', severity: 'high' } }),
    () => ({ type: 'incident.resolved', data: { incidentId: `I-${below(8)}`, resolution: 'restarted' } }),
    () => ({
      type: 'invoice.issued',
      data: {
        invoiceId: `R-${below(9)}`,
        stream: 'usage',
        amountMinor: 9_900,
        currency: 'EUR',
        dueAt: '2026-06-30T00:00:00Z',
      },
    }),
    () => ({
      type: 'invoice.paid',
      data: {
        invoiceId: `R-${below(9)}`,
        paymentId: `PAY-${below(40)}`,
        amountMinor: 1_000 + below(9_000),
        currency: 'EUR',
      },
    }),
    () => ({
      type: 'ai.used',
      data: {
        usageId: `A-${below(1_000_000)}`,
        feature: random() < 0.5 ? 'pricing' : 'lead_analysis',
        credits: 1 + below(40),
      },
    }),
    () => {
      const day = below(historyDays);
      const window = { windowStart: windowAt(day), windowEnd: windowAt(day + 1) };
      return { type: 'usage.reported', data: { meter: `m${below(3)}`, quantity: below(100), ...window } };
    },
  ];
  return Array.from({ length: count }, () => {
    const maker = makers[below(makers.length)];
    if (!maker) throw new Error('no maker');
    return { ...maker(), at: below(historyDays * dayMinutes) };
  });
}

function windowAt(day: number): string {
  return new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
}

/** As patient as the pool of jobs. */
export const jobWaits = { lockTimeoutMs: 15_000, statementTimeoutMs: 60_000, queryTimeoutMs: 65_000 } as const;
