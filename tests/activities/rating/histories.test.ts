import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aggregations, usageOf, type Aggregation, type UsageEntry } from '#domain/billing/aggregation';
import { chargeFor } from '#domain/billing/charges';
import { graceEndOf, monthlyOn, periodAt, type Period } from '#domain/billing/periods';
import { parsePrice, type Price } from '#domain/billing/prices';
import { openZone, type Zone } from '#domain/billing/zones';
import { decimal } from '#domain/decimal';
import { dayMs, hourMs } from '#domain/instants';
import { toldPrice } from '#tests/domain/billing/arbitraries';
import { useBooks } from '#tests/support/books';
import { addUsage, brokenBooks, makeBilledOrg, rateNight } from './books.ts';

const { admin: db, worker } = await useBooks();

const begin = Date.UTC(2026, 0, 1);
const graceHours = 12;
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia'];
const meters: readonly (readonly [string, Aggregation])[] = aggregations.map((aggregation) => [
  `m_${aggregation}`,
  aggregation,
]);

/** A row comes on one of the nights, in time or late; a correction may be negative. */
const row = fc.record({
  meter: fc.constantFrom(...meters.map(([meter]) => meter)),
  quantity: fc.constantFrom('0', '1', '3.5', '9.999999999', '10', '0.000000001', '100', '-2', '-50.25'),
  startHour: fc.integer({ min: 0, max: 80 * 24 }),
  hours: fc.integer({ min: 1, max: 72 }),
  delayHours: fc.constantFrom(0, 1, 30, 24 * 20, 24 * 60),
  night: fc.nat(4),
});

const history = fc.record({
  zone: fc.constantFrom(...zones),
  anchorDay: fc.constantFrom(1, 15, 31),
  prices: fc.array(toldPrice, { minLength: meters.length, maxLength: meters.length }),
  rows: fc.array(row, { maxLength: 25 }),
});

type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

const orgsPerRun = 12;
const runs = 4;
const lastSlot = begin + 150 * dayMs;

it('rates any history to what its whole usage costs, in time and late, whatever came when and in whatever order the slots ran', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(history, { minLength: orgsPerRun, maxLength: orgsPerRun }),
      fc.array(fc.nat(140), { minLength: 4, maxLength: 4 }),
      async (histories, slotDays) => {
        const orgs = [];
        for (const told of histories) orgs.push({ orgId: await org(told), told });
        const slots = [...slotDays.map((day) => begin + day * dayMs), lastSlot];
        for (const [night, slotAt] of slots.entries()) {
          for (const { orgId, told } of orgs) await addUsage(db, orgId, usageTold(told, night));
          await rateNight(worker, new Date(slotAt).toISOString());
        }
        expect(await rateNight(worker, new Date(lastSlot).toISOString())).toEqual([]);
        for (const { orgId, told } of orgs) expect(await booked(orgId)).toEqual(expected(told));
        expect(await brokenBooks(db)).toEqual([]);
        for (const view of ['m1', 'm2', 'm10', 'm11'])
          expect((await db.query(`select * from invariant_${view}`)).rows).toEqual([]);
      },
    ),
    { numRuns: runs, endOnFailure: true },
  );
}, 120_000);

function org({ zone, anchorDay, prices }: History): Promise<string> {
  return makeBilledOrg(db, {
    zone,
    anchorDay,
    from: '2020-01-01T00:00:00Z',
    prices: meters.map(([meter, aggregation], n) => ({
      meter,
      aggregation,
      price: prices[n] ?? {},
      from: '2025-12-01T00:00:00Z',
      until: '2026-05-01T00:00:00Z',
    })),
  });
}

function instants({ startHour, hours, delayHours }: History['rows'][number]) {
  const windowStart = begin + startHour * hourMs;
  return {
    windowStart,
    windowEnd: windowStart + hours * hourMs,
    receivedAt: windowStart + (hours + delayHours) * hourMs,
  };
}

function usageTold({ rows }: History, night: number) {
  return rows.flatMap((one) => {
    const { windowStart, windowEnd, receivedAt } = instants(one);
    const [at, until, received] = [windowStart, windowEnd, receivedAt].map((ms) => new Date(ms).toISOString());
    if (one.night !== night || at === undefined || until === undefined || received === undefined) return [];
    return [
      { meter: one.meter, quantity: one.quantity, at, until, received, isCorrection: one.quantity.startsWith('-') },
    ];
  });
}

/** By the rules alone: of each period the amount of what came in time, and what all of it comes to beyond that. */
function expected(told: History): string[] {
  const zone = openZone(told.zone);
  if (!zone) throw new Error(told.zone);
  return meters
    .flatMap(([meter, aggregation], n) => {
      const parsed = parsePrice(told.prices[n]);
      if (!parsed.ok) throw new Error('no price');
      return periodsOf(told, zone).flatMap((period) => amounts(told, meter, aggregation, parsed.value, period));
    })
    .toSorted();
}

function amounts(told: History, meter: string, aggregation: Aggregation, price: Price, period: Period): string[] {
  const entries = told.rows
    .filter((one) => one.meter === meter)
    .map((one, rowIndex): UsageEntry => ({
      ...instants(one),
      quantity: decimal(one.quantity),
      eventId: 'evt',
      rowIndex,
    }));
  const usage = usageOf(aggregation, entries, period, graceHours);
  const isClosed = lastSlot >= graceEndOf(period, graceHours);
  const [inTime, all] = [usage.inTimeQuantity, usage.quantity].map((quantity) => {
    const { chargeMinor, discountMinor, commitmentMinor } = chargeFor(price, quantity, isClosed);
    return chargeMinor + discountMinor + commitmentMinor;
  });
  if (inTime === undefined || all === undefined) return [];
  const name = `${meter} ${new Date(period.start).toISOString()}`;
  return [...(inTime === 0n ? [] : [`${name} ${inTime}`]), ...(all === inTime ? [] : [`${name} ${all - inTime} late`])];
}

/** From the first period that a price was in force for. */
function periodsOf({ anchorDay }: History, zone: Zone): Period[] {
  const periods: Period[] = [];
  let period = periodAt(monthlyOn(anchorDay), zone, Date.UTC(2025, 11, 1), []);
  for (; period.start < Date.UTC(2026, 4, 1); period = periodAt(monthlyOn(anchorDay), zone, period.end, [])) {
    if (period.start >= Date.UTC(2025, 11, 1)) periods.push(period);
  }
  return periods;
}

async function booked(orgId: string): Promise<string[]> {
  const { rows } = await db.query<{ meter: string; period_start: Date; is_late: boolean; amount: string }>(
    `select meter, period_start, is_late, sum(amount_minor)::text as amount from invoice_line where org_id = $1
    group by 1, 2, 3 having sum(amount_minor) <> 0`,
    [orgId],
  );
  return rows
    .map(
      ({ meter, period_start, is_late, amount }) =>
        `${meter} ${period_start.toISOString()} ${amount}${is_late ? ' late' : ''}`,
    )
    .toSorted();
}
