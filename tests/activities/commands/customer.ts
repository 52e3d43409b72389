import { applyEvents } from '#activities/apply-events';
import { lockOrgs } from '#activities/billing/lock-orgs';
import { metricsPhase } from '#activities/metrics/metrics-phase';
import { rateOrgs } from '#activities/rating/rate-orgs';
import { checkInvariants } from '#prisma/invariants';
import { inTenants } from '#prisma/pool';
import { readReconciliation } from '#prisma/reconciliation';
import { expect } from 'vitest';
import { acceptAll, type Told } from '../../support/events.ts';
import { makeBilledOrg } from '../rating/books.ts';
import type { CommandSite } from './command-site.ts';

export const now = Date.now();
export const dayMs = 86_400_000;

/** Minutes after the start of 2026, as `Told` counts them. */
export function minuteOf(at: number): number {
  return Math.floor((at - Date.UTC(2026, 0, 1)) / 60_000);
}

/** The price of a call is 0.10; up to 100 are free. */
const calls = {
  meter: 'calls',
  price: {
    model: 'graduated',
    currency: 'EUR',
    freeUnits: '100',
    tiers: [
      { upTo: '1000', unitPrice: '0.10' },
      { upTo: null, unitPrice: '0.05' },
    ],
  },
};

const begun = now - 40 * dayMs;
export const subscription: Told = {
  type: 'subscription.created',
  at: minuteOf(begun),
  data: { subscriptionId: 's', plan: 'pro', status: 'active', priceMinor: 10_000, currency: 'EUR', interval: 'month' },
};
export const purchase: Told = {
  type: 'addon.purchased',
  at: minuteOf(begun),
  data: { purchaseId: 'p', sku: 'seat-pack', amountMinor: 5_000, currency: 'EUR' },
};

/** An org that is billed by a plan, and what a test asks and says of its books. */
export function createCustomers(siteOf: () => Pick<CommandSite, 'admin' | 'worker' | 'read'>) {
  async function makeCustomer(told: readonly Told[]): Promise<string> {
    const org = await makeBilledOrg(siteOf().admin, {
      prices: [calls],
      from: new Date(now - 70 * dayMs).toISOString(),
    });
    await siteOf().admin.query('update org set created_at = $2 where id = $1', [org, new Date(now - 70 * dayMs)]);
    await tell(org, told);
    await rate(org);
    return org;
  }

  async function tell(org: string, told: readonly Told[]) {
    await applyEvents(siteOf().worker, await acceptAll(siteOf().admin, org, told), 'w');
  }

  async function rate(org: string, at = now) {
    await inTenants(siteOf().worker, [org], async (client) => {
      await lockOrgs(client, [org]);
      await rateOrgs(client, [org], at);
    });
  }

  /** All that must hold of the money, and that what was billed is what the sources come to, to the minor unit. */
  async function expectBooksHold(org: string) {
    await metricsPhase(siteOf().worker).apply([org], { slot: 'x', at: now, isForced: false });
    const results = await checkInvariants(siteOf().admin, { isQuiesced: false });
    const ours = results.filter(({ id }) => !/^(M12|C1|A2)$/i.test(id));
    expect(
      ours.flatMap(({ id, violations }) => violations.map(({ subject, detail }) => `${id} ${subject}: ${detail}`)),
    ).toEqual([]);
    const cells = await readReconciliation(siteOf().admin, [org], Date.now());
    expect(cells.filter(({ gapMinor }) => gapMinor !== 0n)).toEqual([]);
  }

  async function stateOf(org: string) {
    const rows = await siteOf().read(
      'select status, plan, price_minor::int as price, mrr_minor::int as mrr, version from subscription where org_id = $1',
      [org],
    );
    return rows[0];
  }

  async function linesOf(org: string) {
    return siteOf().read(
      'select source_key, amount_minor::int as minor from invoice_line where org_id = $1 order by created_at, source_key',
      [org],
    );
  }

  return { tell, rate, makeCustomer, expectBooksHold, stateOf, linesOf };
}
