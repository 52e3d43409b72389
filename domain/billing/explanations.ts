import { formatDecimal, type Decimal } from '../decimal.ts';
import { isoText } from '../instants.ts';
import type { Windows } from './aggregation.ts';
import type { Charge } from './charges.ts';
import type { Period } from './periods.ts';
import type { Price, PriceModel } from './prices.ts';

/** The priced quantity, what the maximum takes off, or what the minimum adds. */
export type UsageLineKind = 'usage' | 'discount' | 'commitment';

/** How a line came about, as JSON, so that staff can read the sum back: the line is `comesToMinor - bookedMinor`. */
export interface Explanation {
  readonly meter: string;
  readonly period: { readonly start: string; readonly end: string };
  readonly kind: UsageLineKind;
  readonly isLate: boolean;
  readonly windows?: { readonly rows: number; readonly firstStart: string; readonly lastEnd: string };
  readonly model: PriceModel;
  readonly currency: string;
  /** The period's whole quantity, what of it is billable, and its price step by step: the amounts add up to `exact`, in major units. */
  readonly quantity: string;
  readonly freeUnits: string;
  readonly billable: string;
  readonly parts: readonly ExplainedPart[];
  readonly exact: string;
  readonly minimumMinor?: string;
  readonly maximumMinor?: string;
  /** What lines of this kind come to now, and what was booked of them before. */
  readonly comesToMinor: string;
  readonly bookedMinor: string;
}

export interface ExplainedPart {
  readonly of: 'units' | 'packages' | 'fee';
  readonly tier?: number;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
}

export interface ToExplain {
  readonly meter: string;
  readonly price: Price;
  readonly period: Period;
  readonly kind: UsageLineKind;
  readonly isLate: boolean;
  readonly windows: Windows | undefined;
  readonly quantity: Decimal;
  readonly billable: Decimal;
  readonly charge: Pick<Charge, 'parts' | 'exact'>;
  readonly comesToMinor: bigint;
  readonly bookedMinor: bigint;
}

export function explain(line: ToExplain): Explanation {
  const { meter, price, period, kind, isLate, windows, charge } = line;
  const { minimumMinor, maximumMinor } = price;
  return {
    meter,
    period: { start: isoText(period.start), end: isoText(period.end) },
    kind,
    isLate,
    ...(windows && { windows: explainWindows(windows) }),
    model: price.model,
    currency: price.currency,
    quantity: formatDecimal(line.quantity),
    freeUnits: formatDecimal(price.freeUnits),
    billable: formatDecimal(line.billable),
    parts: charge.parts.map(explainPart),
    exact: formatDecimal(charge.exact),
    ...(minimumMinor !== undefined && { minimumMinor: String(minimumMinor) }),
    ...(maximumMinor !== undefined && { maximumMinor: String(maximumMinor) }),
    comesToMinor: String(line.comesToMinor),
    bookedMinor: String(line.bookedMinor),
  };
}

function explainPart({ of, tier, quantity, unitPrice, amount }: Charge['parts'][number]): ExplainedPart {
  const figures = {
    quantity: formatDecimal(quantity),
    unitPrice: formatDecimal(unitPrice),
    amount: formatDecimal(amount),
  };
  return tier === undefined ? { of, ...figures } : { of, tier, ...figures };
}

function explainWindows({ rows, firstStart, lastEnd }: Windows) {
  return { rows, firstStart: isoText(firstStart), lastEnd: isoText(lastEnd) };
}
