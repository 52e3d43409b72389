import type pg from 'pg';
import { dayMs, type EpochMs } from '#domain/instants';
import { applyCatalogue } from '#prisma/catalog-apply';
import { readCatalogueText } from '#prisma/catalog-file';
import type { Chance } from './chance.ts';
import { methodOf } from './staff.ts';

const overage = { model: 'per_unit', currency: 'EUR', unitPrice: 0.037 };
const tiers = [
  { upTo: 10, unitPrice: 1.005, flatFee: 2 },
  { upTo: null, unitPrice: 0.333 },
];

/** Two plans that share a meter; neither prices the meter that is called strange. */
export const sold = {
  meters: {
    calls: { aggregation: 'sum' },
    peak: { aggregation: 'max' },
    seats: { aggregation: 'latest' },
    rows: { aggregation: 'count' },
  },
  plans: {
    a: {
      name: 'A',
      ai: { credits: 50, alertLevels: [75, 90, 100] },
      prices: {
        calls: { model: 'graduated', currency: 'EUR', tiers },
        peak: { model: 'volume', currency: 'EUR', tiers, minimumMinor: 500 },
        'ai.overage': overage,
      },
    },
    b: {
      name: 'B',
      prices: {
        calls: { model: 'package', currency: 'EUR', size: 5, price: 10, freeUnits: 2 },
        seats: { model: 'flat', currency: 'EUR', fee: 12.5 },
        rows: { model: 'per_unit', currency: 'EUR', unitPrice: 0.7, maximumMinor: 300 },
        'ai.overage': overage,
      },
    },
  },
};

/** How an org is billed when it begins. One of ten has no plan. */
export function termsOf(chance: Chance, now: EpochMs) {
  const endState = chance.oneOf('uncollectible', 'cancel_subscription', 'past_due');
  return {
    name: 'Org',
    timeZone: chance.oneOf('UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Pacific/Auckland'),
    anchorDay: chance.oneOf(1, 1, 15, 31),
    graceHours: chance.oneOf(0, 12, 72),
    dueDays: chance.oneOf(0, 7, 14),
    dunning: { retryDays: [1, 3], graceDays: 2, endState },
    paymentMethod: { provider: 'sandbox', token: methodOf(chance) },
    ...(chance.happens(70) && { taxRate: chance.oneOf(0.19, 0.077) }),
    ...(chance.happens(90) && { plan: [{ from: dayText(now - 5 * dayMs), plan: chance.oneOf('a', 'b') }] }),
  };
}

/** What may change of an org's terms, also for the past. */
export function changeOf(orgId: string, chance: Chance, now: EpochMs): object {
  const from = dayText(now + (chance.below(60) - 20) * dayMs);
  const changed = chance.oneOf<object>(
    { plan: [{ from, plan: chance.oneOf('a', 'b', null) }] },
    { plan: [{ from, plan: chance.oneOf('a', 'b', null) }] },
    { timeZone: chance.oneOf('UTC', 'Asia/Tokyo', 'America/New_York') },
    { anchorDay: chance.oneOf(1, 10, 31) },
    { taxRate: 0.25 },
    { graceHours: 24 },
    { prices: { calls: { model: 'per_unit', currency: 'EUR', unitPrice: chance.below(9) } } },
  );
  return { orgs: { [orgId]: changed } };
}

/** Another price of a plan, from a day that may be weeks ago; or such a price taken back. */
export function priceOf(chance: Chance, now: EpochMs): object {
  const price = { model: 'per_unit', currency: 'EUR', unitPrice: chance.below(50) / 10 };
  const from = dayText(now - chance.below(50) * dayMs);
  return { plans: { a: { prices: { calls: [{ from, ...(chance.happens(20) ? { remove: true } : price) }] } } } };
}

/** Whether it could be: what would leave a rated period without its price is refused. */
export async function apply(admin: pg.Pool, value: object, at: EpochMs): Promise<boolean> {
  const read = readCatalogueText(JSON.stringify(value));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return (await applyCatalogue(admin, read.file, { at, by: 'test' })).ok;
}

function dayText(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10);
}
