import type { ToldPrice } from './arbitraries.ts';

/**
 * Rating a second time: written from the rules alone, in fractions of two whole numbers, with nothing of the first.
 * It keeps every line it booked and looks back at them, instead of keeping sums.
 */
export interface SecondRow {
  readonly quantity: string;
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly receivedAt: number;
  /** Decides among rows received at one instant. */
  readonly arrival: number;
}

export interface SecondLine {
  readonly kind: 'usage' | 'discount' | 'commitment';
  readonly isLate: boolean;
  readonly amount: bigint;
  /** The tier whose price a usage line of a volume price was made at; none where another takes its place. */
  readonly tier: number | undefined;
}

export interface SecondPeriod {
  readonly price: ToldPrice;
  readonly aggregation: 'sum' | 'max' | 'latest' | 'count';
  readonly start: number;
  readonly end: number;
  readonly graceMs: number;
}

/** The new lines of a rating at a slot, given the rows that are there and the lines that are booked. */
export function rateAgain(
  period: SecondPeriod,
  slotAt: number,
  rows: readonly SecondRow[],
  booked: readonly SecondLine[],
) {
  const graceEnd = period.end + period.graceMs;
  const mine = rows.filter((row) => row.windowStart >= period.start && row.windowStart < period.end);
  const timely = mine.filter((row) => row.receivedAt < graceEnd);
  const closing = slotAt >= graceEnd || booked.some((line) => line.kind === 'commitment');
  const lines: SecondLine[] = [];
  for (const isLate of [false, true]) {
    const quantity = countUp(period.aggregation, isLate ? mine : timely);
    const before = [...booked, ...lines].filter((line) => isLate || !line.isLate);
    lines.push(...difference(period.price, quantity, closing, before).map((line) => ({ ...line, isLate })));
  }
  return lines;
}

function difference(price: ToldPrice, counted: Fraction, closing: boolean, before: readonly SecondLine[]) {
  const free = fraction(price.freeUnits ?? '0');
  const quantity = isLess(counted, free) ? nil : minus(counted, free);
  const { cost, tier } = costOf(price, quantity);
  const unit = { JPY: 1n, USD: 100n, KWD: 1000n }[price.currency];
  const usage = nearest({ over: cost.over * unit, under: cost.under });
  const most = price.maximumMinor === undefined ? usage : BigInt(price.maximumMinor);
  const kept = usage > most ? most : usage;
  const least = closing && price.minimumMinor !== undefined ? BigInt(price.minimumMinor) : 0n;
  const total = (kind: SecondLine['kind']) =>
    before.filter((line) => line.kind === kind).reduce((sum, line) => sum + line.amount, 0n);
  const priced = before.filter((line) => line.kind === 'usage' && line.tier !== undefined);
  const last = priced.findLast((line) => line.isLate) ?? priced.at(-1);
  const hasMoved = price.model === 'volume' && last !== undefined && last.tier !== tier;
  const other = { tier: undefined };
  return [
    ...(hasMoved ? [{ kind: 'usage' as const, amount: -total('usage'), tier: usage === 0n ? tier : undefined }] : []),
    { kind: 'usage' as const, amount: usage - (hasMoved ? 0n : total('usage')), tier },
    { kind: 'discount' as const, amount: kept - usage - total('discount'), ...other },
    { kind: 'commitment' as const, amount: (least > kept ? least - kept : 0n) - total('commitment'), ...other },
  ].filter(({ amount }) => amount !== 0n);
}

function costOf(price: ToldPrice, quantity: Fraction): { cost: Fraction; tier: number } {
  switch (price.model) {
    case 'per_unit':
      return { cost: times(quantity, fraction(price.unitPrice)), tier: 0 };
    case 'flat':
      return { cost: fraction(price.fee), tier: 0 };
    case 'package': {
      const { over, under } = dividedBy(quantity, fraction(price.size));
      const full = (over + under - 1n) / under;
      return { cost: times({ over: full, under: 1n }, fraction(price.price)), tier: 0 };
    }
    case 'volume': {
      const tier = price.tiers.findIndex(({ upTo }) => upTo === null || !isLess(fraction(upTo), quantity));
      const { unitPrice = '0', flatFee = '0' } = price.tiers[tier] ?? {};
      return { cost: plus(times(quantity, fraction(unitPrice)), fraction(flatFee)), tier };
    }
    case 'graduated': {
      const floors = [nil, ...price.tiers.map(({ upTo }) => (upTo === null ? nil : fraction(upTo)))];
      const costs = price.tiers.map(({ upTo, unitPrice, flatFee }, index) => {
        const floor = floors[index] ?? nil;
        if (index > 0 && !isLess(floor, quantity)) return nil;
        const ceiling = upTo === null || isLess(quantity, fraction(upTo)) ? quantity : fraction(upTo);
        return plus(times(minus(ceiling, floor), fraction(unitPrice)), fraction(flatFee));
      });
      return { cost: costs.reduce(plus, nil), tier: 0 };
    }
  }
}

function countUp(aggregation: SecondPeriod['aggregation'], rows: readonly SecondRow[]): Fraction {
  if (aggregation === 'count') return { over: BigInt(rows.length), under: 1n };
  if (aggregation === 'sum') return rows.map(({ quantity }) => fraction(quantity)).reduce(plus, nil);
  const beats = (a: SecondRow, b: SecondRow) => {
    if (aggregation === 'max') return isLess(fraction(b.quantity), fraction(a.quantity));
    if (a.windowEnd !== b.windowEnd) return a.windowEnd > b.windowEnd;
    if (a.windowStart !== b.windowStart) return a.windowStart > b.windowStart;
    if (a.receivedAt !== b.receivedAt) return a.receivedAt > b.receivedAt;
    return a.arrival > b.arrival;
  };
  const [first, ...others] = rows;
  if (!first) return nil;
  return fraction(others.reduce((best, row) => (beats(row, best) ? row : best), first).quantity);
}

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const nil: Fraction = { over: 0n, under: 1n };

function fraction(text: string): Fraction {
  const point = text.indexOf('.');
  if (point < 0) return { over: BigInt(text), under: 1n };
  const places = text.length - point - 1;
  return reduced({ over: BigInt(text.replace('.', '')), under: 10n ** BigInt(places) });
}

function plus(a: Fraction, b: Fraction): Fraction {
  return reduced({ over: a.over * b.under + b.over * a.under, under: a.under * b.under });
}

function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { over: -b.over, under: b.under });
}

function times(a: Fraction, b: Fraction): Fraction {
  return reduced({ over: a.over * b.over, under: a.under * b.under });
}

function dividedBy(a: Fraction, b: Fraction): Fraction {
  return reduced({ over: a.over * b.under, under: a.under * b.over });
}

function isLess(a: Fraction, b: Fraction): boolean {
  return a.over * b.under < b.over * a.under;
}

/** To the nearest whole number; a half goes away from zero. */
function nearest({ over, under }: Fraction): bigint {
  const whole = over / under;
  const rest = over % under;
  if (rest > 0n) return rest * 2n >= under ? whole + 1n : whole;
  return rest * 2n <= -under ? whole - 1n : whole;
}

function reduced({ over, under }: Fraction): Fraction {
  let [a, b] = [over < 0n ? -over : over, under];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? nil : { over: over / a, under: under / a };
}
