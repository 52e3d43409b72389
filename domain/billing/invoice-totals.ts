import type { Decimal } from '../decimal.ts';
import { divideRounded, larger, smaller, splitMinor, sumMinor } from '../money.ts';
import { streams, type BilledStream } from './streams.ts';

/** A line as the totals see it. `credit` is the line that carries a draft below 0 into the org's credit. */
export interface TotalledLine {
  readonly stream: BilledStream | 'credit';
  readonly amountMinor: bigint;
}

/** Always subtotal - discount + tax = total. */
export interface InvoiceTotals {
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

export interface Terms {
  /** A share of the subtotal, `0.19`; none where no rate is set. */
  readonly taxRate?: Decimal | undefined;
  /** Taken off the whole invoice, at most its subtotal. */
  readonly discountMinor: bigint;
}

/** Totals are sums of rounded lines and are never rounded again. Tax is taken on the subtotal and rounded once. */
export function totalsOf(lines: readonly TotalledLine[], { taxRate, discountMinor: asked }: Terms): InvoiceTotals {
  const subtotalMinor = sumMinor(lines);
  const discountMinor = smaller(asked, larger(subtotalMinor, 0n));
  const taxMinor = taxRate ? divideRounded(subtotalMinor * taxRate.units, 10n ** BigInt(taxRate.places)) : 0n;
  return { subtotalMinor, discountMinor, taxMinor, totalMinor: subtotalMinor - discountMinor + taxMinor };
}

/** What amounts of an invoice are spread over, in this order. */
export const invoiceParts = [...streams, 'tax'] as const;
export type InvoicePart = (typeof invoiceParts)[number];
export type PartAmounts = Readonly<Record<InvoicePart, bigint>>;

/** What an invoice charges for each stream and as tax; all of it is the total. */
export function partsOf(lines: readonly TotalledLine[], { discountMinor, taxMinor }: InvoiceTotals): PartAmounts {
  const sums = streams.map((stream) => sumMinor(lines.filter((line) => line.stream === stream)));
  const discounts = splitMinor(discountMinor, sums);
  return partAmounts([...sums.map((sum, index) => sum - (discounts[index] ?? 0n)), taxMinor]);
}

/** A refund, a credit note or a part payment goes over streams and tax in proportion, by largest remainder in their order. */
export function spreadOver(parts: PartAmounts, amountMinor: bigint): PartAmounts {
  return partAmounts(
    splitMinor(
      amountMinor,
      invoiceParts.map((part) => parts[part]),
    ),
  );
}

/** What is left of an invoice's parts after earlier refunds, credit notes and write-offs: the next one is spread over it. */
export function leftOf(parts: PartAmounts, earlier: readonly PartAmounts[]): PartAmounts {
  return partAmounts(invoiceParts.map((part) => earlier.reduce((left, spread) => left - spread[part], parts[part])));
}

export function sumOfParts(parts: PartAmounts): bigint {
  return invoiceParts.reduce((sum, part) => sum + parts[part], 0n);
}

function partAmounts(amounts: readonly bigint[]): PartAmounts {
  const [leads = 0n, subscriptions = 0n, usage = 0n, addons = 0n, ai = 0n, tax = 0n] = amounts;
  return { leads, subscriptions, usage, addons, ai, tax };
}
