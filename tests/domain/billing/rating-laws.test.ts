import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregations, usageOf, type Aggregation, type UsageEntry } from '#domain/billing/aggregation';
import { chargeFor } from '#domain/billing/charges';
import { bookedOf, rate } from '#domain/billing/rating';
import { compare, decimal, formatDecimal, minorOf, sum, zero } from '#domain/decimal';
import { hourMs } from '#domain/instants';
import { quantity, toldPrice } from './arbitraries.ts';
import { priceOf } from './price-examples.ts';
import { graceEnd, graceHours, period, rateNights, row, totalOf, type Night } from './rating-examples.ts';
import { isLong, runs } from './runs.ts';
import { rateAgain, type SecondLine } from './second-rating.ts';

const aggregation = fc.constantFrom<Aggregation>('sum', ...aggregations);
const instant = (max: number) => fc.constantFrom(0, 1, 24, 999).map((hours) => Math.min(hours * hourMs, max));
const signed = fc.oneof(
  { weight: 4, arbitrary: quantity },
  { weight: 1, arbitrary: quantity.filter((text) => text !== '0').map((text) => `-${text}`) },
);
const entry = fc
  .tuple(signed, instant(period.end - 1), fc.constantFrom(1, 2, 24), fc.constantFrom(1, 999, 1_011, 1_012, 1_100))
  .map(([amount, windowStart, hours, received]) =>
    row(amount, { windowStart, windowEnd: windowStart + hours * hourMs, receivedAt: received * hourMs }),
  );

/** Usage in the order in which it is found, and how many rows each night finds; the last night finds all. */
const history = fc
  .array(entry, { maxLength: 8 })
  .map((rows) => rows.map((one, rowIndex) => ({ ...one, rowIndex })))
  .chain((rows) =>
    fc.tuple(
      fc.constant(rows),
      fc.array(fc.nat(rows.length), { maxLength: 4 }).map((found) => [...found.toSorted((a, b) => a - b), rows.length]),
      fc.array(fc.constantFrom(24 * hourMs, period.end, graceEnd - 1, graceEnd, graceEnd + hourMs), {
        minLength: 5,
        maxLength: 5,
      }),
    ),
  )
  .map(([rows, found, slots]) => ({
    rows,
    nights: found.map((count, night): Night => ({
      slotAt: slots.toSorted((a, b) => a - b)[night] ?? graceEnd,
      rows: rows.slice(0, count),
    })),
  }));

function wholePrice(
  told: typeof toldPrice extends fc.Arbitrary<infer T> ? T : never,
  meter: Aggregation,
  rows: readonly UsageEntry[],
  isClosed: boolean,
) {
  const { chargeMinor, discountMinor, commitmentMinor } = chargeFor(
    priceOf(told),
    usageOf(meter, rows, period, graceHours).quantity,
    isClosed,
  );
  return chargeMinor + discountMinor + commitmentMinor;
}

describe('delta rating', () => {
  test('books, by any nights, what the whole usage costs at once', () => {
    fc.assert(
      fc.property(toldPrice, aggregation, history, (told, meter, { rows, nights }) => {
        const lines = rateNights(priceOf(told), nights, meter).flat();
        const isClosed = nights.some(({ slotAt }) => slotAt >= graceEnd);
        expect(totalOf(lines)).toBe(wholePrice(told, meter, rows, isClosed));
      }),
      runs,
    );
  });

  test('run again with nothing new has no lines', () => {
    fc.assert(
      fc.property(toldPrice, aggregation, history, (told, meter, { nights }) => {
        const twice = nights.flatMap((night) => [night, night]);
        const lines = rateNights(priceOf(told), twice, meter);
        for (const [index, again] of lines.entries()) if (index % 2 === 1) expect(again).toEqual([]);
        expect(lines.filter((_, index) => index % 2 === 0)).toEqual(rateNights(priceOf(told), nights, meter));
      }),
      runs,
    );
  });

  test('books what came in time as in time: late lines are the difference to the whole', () => {
    fc.assert(
      fc.property(toldPrice, aggregation, history, (told, meter, { rows, nights }) => {
        const isClosed = nights.some(({ slotAt }) => slotAt >= graceEnd);
        const inTime = rows.filter(({ receivedAt }) => receivedAt < graceEnd);
        const lines = rateNights(priceOf(told), nights, meter).flat();
        expect(totalOf(lines.filter(({ isLate }) => !isLate))).toBe(wholePrice(told, meter, inTime, isClosed));
      }),
      runs,
    );
  });

  test('has no line of 0, and names each line once', () => {
    fc.assert(
      fc.property(toldPrice, aggregation, history, (told, meter, { nights }) => {
        const lines = rateNights(priceOf(told), nights, meter).flat();
        expect(lines.every(({ amountMinor }) => amountMinor !== 0n)).toBe(true);
        expect(new Set(lines.map(({ sourceKey }) => sourceKey)).size).toBe(lines.length);
      }),
      runs,
    );
  });

  test('accounts for every unit of a line: what all lines hold is what they were rated at', () => {
    fc.assert(
      fc.property(toldPrice, aggregation, history, (told, meter, { nights }) => {
        const lines = rateNights(priceOf(told), nights, meter).flat();
        for (const isLate of [false, true]) {
          const own = lines.filter((line) => line.isLate === isLate && line.kind === 'usage');
          const last = own.at(-1);
          if (!last) continue;
          const inTime = usageOf(meter, nights.at(-1)?.rows ?? [], period, graceHours).inTimeQuantity;
          const held = sum(own.map((line) => line.quantity));
          const rated = decimal(last.explanation.quantity);
          if (!isLate) expect(compare(held, rated)).toBe(0);
          else if (
            nights.every(
              (night) => compare(usageOf(meter, night.rows, period, graceHours).inTimeQuantity, inTime) === 0,
            )
          )
            expect(compare(sum([held, inTime]), rated)).toBe(0);
        }
      }),
      runs,
    );
  });

  test('explains each line so that it can be read back', () => {
    fc.assert(
      fc.property(toldPrice, aggregation, history, (told, meter, { nights }) => {
        for (const { kind, amountMinor, explanation } of rateNights(priceOf(told), nights, meter).flat()) {
          const { parts, exact, comesToMinor, bookedMinor, currency } = explanation;
          expect(formatDecimal(sum(parts.map(({ amount }) => decimal(amount))))).toBe(exact);
          expect(BigInt(comesToMinor) - BigInt(bookedMinor)).toBe(amountMinor);
          if (kind === 'usage') expect(minorOf(decimal(exact), currency)).toBe(BigInt(comesToMinor));
        }
      }),
      runs,
    );
  });

  test('books the same for any order of the rows of a night', () => {
    const shuffled = history.chain(({ rows, nights }) =>
      fc.tuple(fc.constant({ rows, nights }), fc.shuffledSubarray(rows, { minLength: rows.length })),
    );
    fc.assert(
      fc.property(toldPrice, aggregation, shuffled, (told, meter, [{ rows }, other]) => {
        const once = (all: readonly UsageEntry[]) =>
          rateNights(priceOf(told), [{ slotAt: graceEnd, rows: all }], meter);
        expect(once(other)).toEqual(once(rows));
      }),
      runs,
    );
  });

  test('rates from the sums of what is booked as from its lines', () => {
    fc.assert(
      fc.property(toldPrice, history, (told, { rows, nights }) => {
        const booked = bookedOf(rateNights(priceOf(told), nights).flat());
        const usage = usageOf('sum', rows, period, graceHours);
        const again = rate({ meter: 'calls', price: priceOf(told), period, isClosed: true, usage, booked });
        const closing = nights.some(({ slotAt }) => slotAt >= graceEnd) ? [] : ['commitment'];
        expect(again.every(({ kind }) => closing.includes(kind))).toBe(true);
      }),
      runs,
    );
  });
});

describe('the second implementation', () => {
  const numRuns = isLong ? 100_000 : 2_000;
  test(
    `agrees on every line of ${numRuns} random usages`,
    () => {
      let lines = 0;
      const seen = new Map<string, number>();
      fc.assert(
        fc.property(toldPrice, aggregation, history, (told, meter, { nights }) => {
          const booked: SecondLine[] = [];
          const secondPeriod = { price: told, aggregation: meter, ...period, graceMs: graceHours * hourMs };
          let closedAt = -Infinity;
          const expected = nights.map(({ slotAt, rows }) => {
            closedAt = Math.max(closedAt, slotAt);
            const secondRows = rows.map((one) => ({
              ...one,
              quantity: formatDecimal(one.quantity),
              arrival: one.rowIndex,
            }));
            const fresh = rateAgain(secondPeriod, closedAt, secondRows, booked);
            booked.push(...fresh);
            return fresh.map(({ kind, isLate, amount }) => [kind, isLate, amount]);
          });
          const first = rateNights(priceOf(told), nights, meter);
          expect(
            first.map((night) => night.map(({ kind, isLate, amountMinor }) => [kind, isLate, amountMinor])),
          ).toEqual(expected);
          for (const { kind, isLate } of first.flat()) {
            const name = `${told.model} ${kind}${isLate ? ' late' : ''}`;
            seen.set(name, (seen.get(name) ?? 0) + 1);
          }
          lines += first.flat().length;
        }),
        { numRuns },
      );
      const volumes = [
        'volume usage',
        'volume usage late',
        'graduated usage',
        'package usage late',
        'flat discount',
        'per_unit commitment late',
      ];
      for (const name of volumes) expect(seen.get(name), name).toBeGreaterThan(0);
      expect(lines).toBeGreaterThan(numRuns);
    },
    isLong ? 600_000 : 60_000,
  );
});

test('nothing booked is nothing', () => {
  expect(bookedOf([])).toEqual({
    lines: 0,
    inTime: { quantity: zero, usageMinor: 0n, discountMinor: 0n, commitmentMinor: 0n },
    late: { quantity: zero, usageMinor: 0n, discountMinor: 0n, commitmentMinor: 0n },
  });
});
