import { dayMs, hourMs, minuteMs, type EpochMs } from '#domain/instants';
import type { EventType } from '#domain/events';
import type { Told } from '#tests/support/events';
import type { Chance } from './chance.ts';

/** A tenant, and the things it has told of so far. */
export interface Tenant {
  readonly id: string;
  readonly subscriptions: string[];
  readonly leads: string[];
  readonly purchases: string[];
}

const year2026 = Date.UTC(2026, 0, 1);
const minuteOf = (at: EpochMs) => Math.floor((at - year2026) / minuteMs);

/** An event that arrives now: of something new or told before, mostly of this hour or two, often of days, at times of weeks ago. */
export function eventOf(tenant: Tenant, chance: Chance, now: EpochMs): Told {
  const agoMs = chance.happens(60) ? chance.below(3) * hourMs : chance.below(chance.happens(50) ? 20 : 70) * dayMs;
  return { ...saidOf(tenant, chance), at: minuteOf(now - agoMs), received: minuteOf(now) };
}

interface Said {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
}

function saidOf(tenant: Tenant, chance: Chance): Said {
  const say = chance.oneOf(subscription, subscription, lead, lead, addon, addon, credits, credits, invoice, invoice);
  return say(tenant, chance);
}

/** A new id, or one told before. */
function idOf(known: string[], chance: Chance, newPercent: number): readonly [id: string, isNew: boolean] {
  const [first, ...rest] = known;
  if (first !== undefined && !chance.happens(newPercent)) return [chance.oneOf(first, ...rest), false];
  const id = `t${known.length}`;
  known.push(id);
  return [id, true];
}

function subscription({ subscriptions }: Tenant, chance: Chance): Said {
  const [subscriptionId, isNew] = idOf(subscriptions, chance, 35);
  if (isNew) {
    const currency = chance.oneOf('EUR', 'EUR', 'USD', 'JPY');
    const terms = {
      plan: chance.oneOf('solo', 'team'),
      status: chance.oneOf('active', 'active', 'trialing'),
      priceMinor: chance.oneOf(0, 999, 10_000, 33_333),
      interval: chance.oneOf('month', 'month', 'year'),
      quantity: 1 + chance.below(4),
    };
    return { type: 'subscription.created', data: { subscriptionId, currency, ...terms } };
  }
  if (chance.happens(20)) return { type: 'subscription.canceled', data: { subscriptionId } };
  const change = chance.oneOf<object>(
    { priceMinor: 5_001 + chance.below(9_000) },
    { quantity: 1 + chance.below(5) },
    { status: 'past_due' },
    { status: 'active' },
    { interval: 'year', priceMinor: 50_000 },
  );
  return { type: 'subscription.updated', data: { subscriptionId, ...change } };
}

function lead({ leads }: Tenant, chance: Chance): Said {
  const [leadId, isNew] = idOf(leads, chance, 50);
  if (isNew) return { type: 'lead.created', data: { leadId, source: 'web' } };
  const fee = { feeMinor: chance.below(3) * 1_234, currency: chance.oneOf('EUR', 'JPY') };
  return { type: 'lead.converted', data: { leadId, ...(chance.happens(70) && fee) } };
}

function addon({ purchases }: Tenant, chance: Chance): Said {
  const [purchaseId, isNew] = idOf(purchases, chance, 50);
  if (isNew) {
    const price = { amountMinor: chance.below(5_000), currency: chance.oneOf('EUR', 'KWD') };
    return { type: 'addon.purchased', data: { purchaseId, sku: 'seats', ...price } };
  }
  const part = { amountMinor: 1 + chance.below(2_000) };
  return { type: 'addon.refunded', data: { purchaseId, ...(chance.happens(60) && part) } };
}

/** A use or a purchase; an id that comes twice with other figures is a conflict. */
function credits(_tenant: Tenant, chance: Chance): Said {
  const id = `c${chance.below(200)}`;
  if (chance.happens(50)) {
    const feature = chance.oneOf('lead_analysis', 'pricing', 'other');
    return { type: 'ai.used', data: { usageId: id, feature, credits: 1 + chance.below(40) } };
  }
  const price = { amountMinor: chance.below(4_000), currency: 'EUR' };
  return { type: 'ai.credits_purchased', data: { purchaseId: id, credits: 1 + chance.below(30), ...price } };
}

/** Of few invoices of the tenant's own, so that they meet, also in contradiction. */
function invoice(_tenant: Tenant, chance: Chance): Said {
  const invoiceId = `i${chance.below(4)}`;
  const paymentId = `p${chance.below(6)}`;
  const money = { amountMinor: 500 * (1 + chance.below(4)), currency: chance.oneOf('EUR', 'EUR', 'USD') };
  const data = { invoiceId, ...money };
  return chance.oneOf<Said>(
    { type: 'invoice.issued', data: { ...data, stream: chance.oneOf('leads', 'ai'), dueAt: '2026-12-01T00:00:00Z' } },
    { type: 'invoice.paid', data: { ...data, paymentId } },
    { type: 'invoice.payment_failed', data: { ...data, paymentId, failureCode: 'declined' } },
    { type: 'invoice.refunded', data: { ...data, refundId: `r${chance.below(4)}` } },
  );
}

/** A row of usage, of a meter that has a price now, had one or never will. */
export function usageOf(chance: Chance, now: EpochMs) {
  const end = now - (chance.happens(70) ? chance.below(24) * hourMs : chance.below(60) * dayMs);
  return {
    meter: chance.oneOf('calls', 'peak', 'seats', 'rows', 'strange'),
    quantity: String(chance.below(30_000) / 1_000),
    windowStart: new Date(end - hourMs).toISOString(),
    windowEnd: new Date(end).toISOString(),
  };
}
