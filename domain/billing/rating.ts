import { add, compare, subtract, zero, type Decimal } from '../decimal.ts';
import { isoText } from '../instants.ts';
import type { PeriodUsage, Windows } from './aggregation.ts';
import { billableOf, chargeFor, tierOf, type Charge } from './charges.ts';
import { explain, type Explanation, type UsageLineKind } from './explanations.ts';
import type { Period } from './periods.ts';
import type { Price } from './prices.ts';

/** One rating of a meter's period. */
export interface Rating {
  readonly meter: string;
  readonly price: Price;
  readonly period: Period;
  readonly isClosed: boolean;
  readonly usage: PeriodUsage;
  readonly booked: BookedPeriod;
}

/** What earlier ratings of the period booked, in time and late. `lines` counts their lines and numbers the next. */
export interface BookedPeriod {
  readonly lines: number;
  readonly inTime: Booked;
  readonly late: Booked;
}

export interface Booked {
  readonly quantity: Decimal;
  /** The tier that the latest usage line of a volume price was made at. */
  readonly tier?: number | undefined;
  readonly usageMinor: bigint;
  readonly discountMinor: bigint;
  readonly commitmentMinor: bigint;
}

export interface UsageLine {
  /** Names the line once for ever: meter, period, and its number in that period. */
  readonly sourceKey: string;
  readonly kind: UsageLineKind;
  /** Usage that came after the period's grace: a line of its own, whose explanation names the rated period. */
  readonly isLate: boolean;
  /** The units that the line accounts for; 0 on discount and commitment. */
  readonly quantity: Decimal;
  readonly amountMinor: bigint;
  readonly explanation: Explanation;
}

const nothing: Booked = { quantity: zero, usageMinor: 0n, discountMinor: 0n, commitmentMinor: 0n };
export const nothingBooked: BookedPeriod = { lines: 0, inTime: nothing, late: nothing };

/**
 * Books the difference between what the period's whole quantity costs and what is booked already, a line only where it is
 * not 0: rated again with nothing new there are no lines. Late usage is booked beside what came in time.
 */
export function rate(rating: Rating): UsageLine[] {
  const { price, usage, booked, isClosed } = rating;
  const inTime = {
    isLate: false,
    windows: usage.inTimeWindows,
    quantity: usage.inTimeQuantity,
    charge: chargeFor(price, usage.inTimeQuantity, isClosed),
    before: booked.inTime,
  };
  const hasLate = compare(usage.quantity, usage.inTimeQuantity) !== 0;
  const whole = {
    isLate: true,
    windows: usage.lateWindows,
    quantity: usage.quantity,
    charge: hasLate ? chargeFor(price, usage.quantity, isClosed) : inTime.charge,
    before: together(bookedBy(price, inTime), booked.late),
  };
  const steps = [inTime, whole].flatMap((side) => stepsOf(price, side).map((step) => ({ side, step })));
  return steps.map(({ side, step }, index) => lineOf(rating, side, step, booked.lines + index + 1));
}

/** What a line says of itself when it is read again. */
export interface BookedLine extends Pick<UsageLine, 'quantity' | 'amountMinor'> {
  readonly explanation: Pick<Explanation, 'kind' | 'isLate' | 'model' | 'parts'>;
}

/** What a period's lines come to, in the order of their numbers, to rate it again; on top of what came before them. */
export function bookedOf(lines: readonly BookedLine[], before: BookedPeriod = nothingBooked): BookedPeriod {
  return lines.reduce<BookedPeriod>(
    ({ lines: count, inTime, late }, line) => ({
      lines: count + 1,
      inTime: line.explanation.isLate ? inTime : together(inTime, amountsOf(line)),
      late: line.explanation.isLate ? together(late, amountsOf(line)) : late,
    }),
    before,
  );
}

/** One of the two sums that are rated: what came in time, or all that came, with what was booked of it before. */
interface Side {
  readonly isLate: boolean;
  readonly windows: Windows | undefined;
  readonly quantity: Decimal;
  readonly charge: Charge;
  readonly before: Booked;
}

/** From what was booked to what it comes to now. */
interface Step {
  readonly kind: UsageLineKind;
  readonly fromMinor: bigint;
  readonly toMinor: bigint;
  readonly quantity: Decimal;
  /** The price, step by step, that gives what it comes to. */
  readonly charge: Pick<Charge, 'parts' | 'exact'>;
}

const noCharge = { parts: [], exact: zero } as const;

function stepsOf(price: Price, side: Side): Step[] {
  const { charge, before } = side;
  const { discountMinor, commitmentMinor } = charge;
  const steps: Step[] = [
    ...usageSteps(price, side),
    { kind: 'discount', fromMinor: before.discountMinor, toMinor: discountMinor, quantity: zero, charge },
    { kind: 'commitment', fromMinor: before.commitmentMinor, toMinor: commitmentMinor, quantity: zero, charge },
  ];
  return steps.filter(({ fromMinor, toMinor }) => fromMinor !== toMinor);
}

/** A volume quantity that moves to another tier books two lines, minus what was booked and plus the whole new amount. */
function usageSteps(price: Price, { charge, before, quantity }: Side): Step[] {
  const kind = 'usage';
  const fromMinor = before.usageMinor;
  const toMinor = charge.chargeMinor;
  if (fromMinor === 0n || toMinor === 0n || volumeTierOf(price, quantity) === before.tier)
    return [{ kind, fromMinor, toMinor, quantity: subtract(quantity, before.quantity), charge }];
  return [
    { kind, fromMinor, toMinor: 0n, quantity: subtract(zero, before.quantity), charge: noCharge },
    { kind, fromMinor: 0n, toMinor, quantity, charge },
  ];
}

function volumeTierOf(price: Price, quantity: Decimal): number | undefined {
  return price.model === 'volume' ? tierOf(price.tiers, billableOf(price, quantity)) : undefined;
}

function lineOf({ meter, price, period }: Rating, side: Side, step: Step, number: number): UsageLine {
  const { isLate, windows, quantity } = side;
  const { kind, charge, fromMinor: bookedMinor, toMinor: comesToMinor } = step;
  const billable = billableOf(price, quantity);
  return {
    sourceKey: `usage:${meter}:${isoText(period.start)}:${number}`,
    kind,
    isLate,
    quantity: step.quantity,
    amountMinor: comesToMinor - bookedMinor,
    explanation: explain({
      meter,
      price,
      period,
      kind,
      isLate,
      windows,
      quantity,
      billable,
      charge,
      bookedMinor,
      comesToMinor,
    }),
  };
}

function bookedBy(price: Price, { quantity, charge }: Side): Booked {
  const { chargeMinor: usageMinor, discountMinor, commitmentMinor } = charge;
  return { quantity, tier: volumeTierOf(price, quantity), usageMinor, discountMinor, commitmentMinor };
}

function amountsOf({ quantity, amountMinor, explanation: { kind, model, parts } }: BookedLine): Booked {
  switch (kind) {
    case 'usage': {
      const tier = model === 'volume' ? parts[0]?.tier : undefined;
      return { ...nothing, quantity, tier, usageMinor: amountMinor };
    }
    case 'discount':
      return { ...nothing, discountMinor: amountMinor };
    case 'commitment':
      return { ...nothing, commitmentMinor: amountMinor };
  }
}

/** What two sums come to; the second is the later one. */
function together(a: Booked, b: Booked): Booked {
  return {
    quantity: add(a.quantity, b.quantity),
    tier: b.tier ?? a.tier,
    usageMinor: a.usageMinor + b.usageMinor,
    discountMinor: a.discountMinor + b.discountMinor,
    commitmentMinor: a.commitmentMinor + b.commitmentMinor,
  };
}
