import { describe, expect, it } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { useBooks } from '#tests/support/books';
import { acceptAll, type Told } from '#tests/support/events';
import { brokenBooks, changeGrace, linesOf, makeBilledOrg, rateNight } from './books.ts';

const { admin: db, worker } = await useBooks();

const day = 24 * 60;

/** Through the books, as a tenant's events come. `on` and `received` are days of 2026, counted from 0. */
async function tell(orgId: string, ...events: readonly (Omit<Told, 'at'> & { readonly on: number })[]) {
  const refs = await acceptAll(
    db,
    orgId,
    events.map(({ on, received, ...told }) => ({
      ...told,
      at: on * day,
      ...(received !== undefined && { received: received * day }),
    })),
  );
  await applyEvents(worker, refs, 'test');
}

const read = async (orgId: string) =>
  (await linesOf(db, orgId)).map(
    ({ month, currency, source_key, amount }) => `${month} ${source_key} ${amount} ${currency}`,
  );
const amounts = async (orgId: string) => (await linesOf(db, orgId)).map(({ amount }) => amount);

const march31 = 31 + 28 + 30;
const subscribed = (priceMinor: number, more: object = {}) => ({
  subscriptionId: 's',
  plan: 'pro',
  priceMinor,
  currency: 'USD',
  interval: 'month',
  status: 'active',
  ...more,
});

describe('subscriptions', () => {
  it('are charged by the period as time passes, whichever nights ran, and once', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    await tell(orgId, { type: 'subscription.created', on: 30, data: subscribed(10_000) });
    await rateNight(worker, '2026-02-01T02:15:00Z');
    await rateNight(worker, '2026-05-01T02:15:00Z');
    expect((await read(orgId)).map((line) => line.replace(/evt_[^:]+/, 'evt')).toSorted()).toEqual([
      '2026-02-01 subscription:s:evt:period 10000 USD',
      '2026-03-01 subscription:s:2026-02-28T00:00:00.000Z 10000 USD',
      '2026-04-01 subscription:s:2026-03-31T00:00:00.000Z 10000 USD',
      '2026-05-01 subscription:s:2026-04-30T00:00:00.000Z 10000 USD',
    ]);
    expect(await rateNight(worker, '2026-05-29T02:15:00Z')).toEqual([]);
    await rateNight(worker, '2026-05-31T02:15:00Z');
    expect(await amounts(orgId)).toHaveLength(5);
    expect(await brokenBooks(db)).toEqual([]);
  });

  it('are not taken back by an older slot that runs late', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    await tell(orgId, { type: 'subscription.created', on: 0, data: subscribed(10_000) });
    await rateNight(worker, '2026-03-02T02:15:00Z');
    await tell(orgId, { type: 'subscription.updated', on: 0.1, data: { subscriptionId: 's', plan: 'max' } });
    for (const isForced of [false, true]) await rateNight(worker, '2026-01-20T02:15:00Z', isForced);
    expect(await amounts(orgId)).toEqual([10_000, 10_000, 10_000]);
  });

  it('prorate a change by day, and the end credits the days left', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    await tell(orgId, { type: 'subscription.created', on: 59, data: subscribed(10_000) });
    await rateNight(worker, '2026-03-02T02:15:00Z');
    await tell(orgId, { type: 'subscription.updated', on: 59 + 16, data: { subscriptionId: 's', priceMinor: 20_000 } });
    await rateNight(worker, '2026-03-18T02:15:00Z');
    await tell(orgId, { type: 'subscription.canceled', on: march31, data: { subscriptionId: 's' } });
    await rateNight(worker, '2026-04-02T02:15:00Z');
    // 15 of 31 days: 48.39 back and 96.77 for them; the last day: 1/31 and 1/15 of what was charged, together 6.45.
    const got = await amounts(orgId);
    expect(got.slice(0, 3).toSorted((a, b) => a - b)).toEqual([-4839, 9677, 10_000]);
    expect(got.slice(3)).toEqual([-645]);
    await rateNight(worker, '2026-06-02T02:15:00Z');
    expect(await amounts(orgId)).toHaveLength(4);
  });

  it('book the difference when an earlier event changes what was billed', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    await tell(orgId, { type: 'subscription.created', on: 59, eventId: 'evt_b', data: subscribed(10_000) });
    await rateNight(worker, '2026-03-02T02:15:00Z');
    // Told late: it began a month before, at another price, and the later event is now a change.
    await tell(orgId, { type: 'subscription.created', on: 31, eventId: 'evt_a', data: subscribed(5_000) });
    await rateNight(worker, '2026-03-03T02:15:00Z');
    await rateNight(worker, '2026-03-04T02:15:00Z');
    expect((await linesOf(db, orgId)).map(({ source_key, amount }) => `${source_key} ${amount}`).toSorted()).toEqual([
      'subscription:s:2026-03-01T00:00:00.000Z 5000',
      'subscription:s:evt_a:period 5000',
      'subscription:s:evt_b:charge 10000',
      'subscription:s:evt_b:credit -5000',
      'subscription:s:evt_b:period 10000',
      'subscription:s:evt_b:period:2 -10000',
    ]);
    expect(await brokenBooks(db)).toEqual([]);
  });
});

describe('leads', () => {
  const created = (leadId: string) => ({ type: 'lead.created', data: { leadId, name: 'Ada', source: 'web' } }) as const;
  const converted = (leadId: string, feeMinor?: number, currency = 'USD') =>
    ({ type: 'lead.converted', data: { leadId, ...(feeMinor !== undefined && { feeMinor, currency }) } }) as const;

  it('are billed once when converted and priced, in the month of the conversion', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    await tell(orgId, { ...created('a'), on: 1 }, { ...created('b'), on: 1 }, { ...created('c'), on: 1 });
    await tell(orgId, { ...converted('a', 500), on: 40 }, { ...converted('b'), on: 40 });
    await rateNight(worker, '2026-02-20T02:15:00Z');
    await tell(orgId, { ...converted('a', 500), on: 41 }, { ...created('a'), on: 42 });
    await rateNight(worker, '2026-02-21T02:15:00Z');
    expect(await read(orgId)).toEqual(['2026-02-01 lead:a 500 USD']);
    await db.query("update lead set fee_minor = 700, fee_currency = 'USD' where org_id = $1 and id = 'b'", [orgId]);
    await rateNight(worker, '2026-02-22T02:15:00Z');
    expect(await read(orgId)).toEqual(['2026-02-01 lead:a 500 USD', '2026-02-01 lead:b 700 USD']);
  });

  it('book the difference when the fee changes, also to another currency, and all of it back when the conversion falls', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    await tell(orgId, { ...created('a'), on: 1 }, { ...converted('a', 500), on: 2 });
    const nights = [
      '2026-01-05T02:15:00Z',
      '2026-01-06T02:15:00Z',
      '2026-01-07T02:15:00Z',
      '2026-01-08T02:15:00Z',
    ] as const;
    await rateNight(worker, nights[0]);
    await tell(orgId, { ...converted('a', 800), on: 3 });
    await rateNight(worker, nights[1]);
    await tell(orgId, { ...converted('a', 800, 'EUR'), on: 4 });
    await rateNight(worker, nights[2]);
    await db.query("update lead set status = 'new', converted_at = null where org_id = $1", [orgId]);
    await rateNight(worker, nights[3]);
    expect(await read(orgId)).toEqual([
      '2026-01-01 lead:a 500 USD',
      '2026-01-01 lead:a:2 300 USD',
      expect.stringMatching(/lead:a:3 (-800 USD|800 EUR)/),
      expect.stringMatching(/lead:a:4 (-800 USD|800 EUR)/),
      '2026-01-01 lead:a:5 -800 EUR',
    ]);
    expect(await brokenBooks(db)).toEqual([]);
  });

  it('whose ids look like numbered lines are billed all the same', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    await tell(orgId, { ...created('a'), on: 1 }, { ...converted('a', 500), on: 2 });
    await tell(orgId, { ...created('a:2'), on: 1 }, { ...converted('a:2', 10), on: 2 });
    await rateNight(worker, '2026-01-05T02:15:00Z');
    await tell(orgId, { ...converted('a', 800), on: 3 }, { ...converted('a:2', 20), on: 3 });
    await rateNight(worker, '2026-01-06T02:15:00Z');
    await tell(orgId, { ...created('a:3'), on: 4 }, { ...converted('a:3', 1), on: 5 });
    await rateNight(worker, '2026-01-07T02:15:00Z');
    expect((await amounts(orgId)).reduce((a, b) => a + b)).toBe(821);
    expect(await rateNight(worker, '2026-01-08T02:15:00Z')).toEqual([]);
  });
});

describe('add-ons and AI credits', () => {
  it('bill a purchase and take back a refund on the draft of its own day', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    const data = { purchaseId: 'p', sku: 'seats', amountMinor: 9_900, currency: 'USD' };
    await tell(orgId, { type: 'addon.purchased', on: 5, data });
    await rateNight(worker, '2026-01-10T02:15:00Z');
    await tell(orgId, {
      type: 'addon.refunded',
      on: 40,
      eventId: 'evt_r',
      data: { purchaseId: 'p', amountMinor: 900 },
    });
    await rateNight(worker, '2026-02-12T02:15:00Z');
    expect(await read(orgId)).toEqual(['2026-01-01 addon:p 9900 USD', '2026-02-01 addon-refund:evt_r -900 USD']);
  });

  it('bill bought credits, and what no grant covers by the price of overage', async () => {
    const orgId = await makeBilledOrg(db, {
      prices: [{ meter: 'ai.overage', price: { model: 'per_unit', currency: 'USD', unitPrice: '0.10' } }],
    });
    const used = (usageId: string, credits: string, on: number) =>
      ({ type: 'ai.used', on, data: { usageId, feature: 'chat', credits } }) as const;
    await tell(orgId, {
      type: 'ai.credits_purchased',
      on: 2,
      data: { purchaseId: 'c', credits: '100', amountMinor: 1_000, currency: 'USD' },
    });
    await tell(orgId, used('u1', '80', 5), used('u2', '50', 6));
    await rateNight(worker, '2026-01-10T02:15:00Z');
    expect((await read(orgId)).toSorted()).toEqual([
      '2026-01-01 credits:c 1000 USD',
      '2026-01-01 usage:ai.overage:2026-01-01T00:00:00.000Z:1 300 USD',
    ]);
    // A use told late burns first, and pushes others over.
    await tell(orgId, used('u0', '20', 4));
    await rateNight(worker, '2026-01-11T02:15:00Z');
    expect((await amounts(orgId)).toSorted((a, b) => a - b)).toEqual([200, 300, 1_000]);
    expect(await brokenBooks(db)).toEqual([]);
  });

  it('bill overage that came after the grace of its period as lines of their own that are marked late', async () => {
    const orgId = await makeBilledOrg(db, {
      prices: [{ meter: 'ai.overage', price: { model: 'per_unit', currency: 'USD', unitPrice: '0.10' } }],
    });
    const used = (usageId: string, on: number, received: number) =>
      ({ type: 'ai.used', on, received, data: { usageId, feature: 'chat', credits: '20' } }) as const;
    await tell(orgId, used('u1', 5, 5), used('u2', 6, 31.4));
    await rateNight(worker, '2026-02-02T02:15:00Z');
    // One that was told in time is not late because it is told again.
    await tell(orgId, used('u0', 4, 40), used('u1', 5, 40), used('u3', 35, 40));
    await rateNight(worker, '2026-02-11T02:15:00Z');
    const lines = (await linesOf(db, orgId)).map(({ source_key, amount, is_late }) => [source_key, amount, is_late]);
    expect(lines).toEqual([
      ['usage:ai.overage:2026-01-01T00:00:00.000Z:1', 400, false],
      ['usage:ai.overage:2026-01-01T00:00:00.000Z:2', 200, true],
      ['usage:ai.overage:2026-02-01T00:00:00.000Z:1', 200, false],
    ]);
    const { rows } = await db.query(
      `select explanation->'period'->>'start' as period, explanation->'windows'->>'rows' as uses from invoice_line where org_id = $1 and is_late`,
      [orgId],
    );
    expect(rows).toEqual([{ period: '2026-01-01T00:00:00.000Z', uses: '1' }]);
    await rateNight(worker, '2026-02-12T02:15:00Z', true);
    await changeGrace(db, orgId, 700, '2026-02-12T10:00:00Z');
    await rateNight(worker, '2026-02-13T02:15:00Z');
    expect(await amounts(orgId)).toHaveLength(3);
  });
});
