import {
  ceilQuotient,
  compare,
  largest,
  minorOf,
  multiply,
  smallest,
  subtract,
  sum,
  wholeDecimal,
  zero,
  type Decimal,
} from '../decimal.ts';
import { larger, smaller } from '../money.ts';
import type { Price, Tier } from './prices.ts';

/** One step of a charge, as staff read it back: quantity x unit price = amount. Tiers count from 1. */
export interface ChargePart {
  readonly of: 'units' | 'packages' | 'fee';
  readonly tier?: number;
  readonly quantity: Decimal;
  readonly unitPrice: Decimal;
  /** Major units, exact. */
  readonly amount: Decimal;
}

/** What a period comes to: the parts add up exactly, and the charge is that sum, rounded once. */
export interface Charge {
  readonly parts: readonly ChargePart[];
  readonly exact: Decimal;
  readonly chargeMinor: bigint;
  /** 0 or below: what the maximum takes off. */
  readonly discountMinor: bigint;
  /** 0 or above: what the minimum adds, once the period is closed. */
  readonly commitmentMinor: bigint;
}

/**
 * The price of a period's whole quantity. The maximum is applied first; the minimum is compared with what is left, and is due
 * only when the period closes. A minimum is not prorated.
 */
export function chargeFor(price: Price, quantity: Decimal, isClosed: boolean): Charge {
  const parts = partsOf(price, billableOf(price, quantity));
  const exact = sum(parts.map(({ amount }) => amount));
  const chargeMinor = minorOf(exact, price.currency);
  const { minimumMinor = 0n, maximumMinor = chargeMinor } = price;
  const capped = smaller(chargeMinor, maximumMinor);
  return {
    parts,
    exact,
    chargeMinor,
    discountMinor: capped - chargeMinor,
    commitmentMinor: isClosed ? larger(minimumMinor - capped, 0n) : 0n,
  };
}

/** Free units come off the quantity, not below 0, before any tier or package. */
export function billableOf(price: Price, quantity: Decimal): Decimal {
  return largest(subtract(quantity, price.freeUnits), zero);
}

/** The tier, counted from 1, that a quantity falls in: bounds are inclusive at the top, and the last is open. */
export function tierOf(tiers: readonly Tier[], quantity: Decimal): number {
  return 1 + tiers.findIndex(({ upTo }) => upTo === null || compare(quantity, upTo) <= 0);
}

function partsOf(price: Price, billable: Decimal): ChargePart[] {
  switch (price.model) {
    case 'per_unit':
      return [part('units', billable, price.unitPrice)];
    case 'graduated':
      return graduatedParts(price.tiers, billable);
    case 'volume':
      return volumeParts(price.tiers, billable);
    case 'package':
      return [part('packages', wholeDecimal(ceilQuotient(billable, price.size)), price.price)];
    case 'flat':
      return [part('fee', wholeDecimal(1n), price.fee)];
  }
}

/** Each slice of the quantity at its own tier's price; a tier's flat fee is due once the quantity enters it, the first one's at 0 too. */
function graduatedParts(tiers: readonly Tier[], billable: Decimal): ChargePart[] {
  const parts: ChargePart[] = [];
  let below = zero;
  for (const [index, { upTo, unitPrice, flatFee }] of tiers.entries()) {
    const isEntered = index === 0 || compare(billable, below) > 0;
    if (!isEntered) break;
    const top = upTo === null ? billable : smallest(billable, upTo);
    parts.push(...tierParts(index + 1, subtract(top, below), unitPrice, flatFee));
    below = top;
  }
  return parts;
}

/** The whole quantity at the price of the tier it falls in, plus that tier's flat fee. */
function volumeParts(tiers: readonly Tier[], billable: Decimal): ChargePart[] {
  const number = tierOf(tiers, billable);
  const tier = tiers[number - 1];
  return tier ? tierParts(number, billable, tier.unitPrice, tier.flatFee) : [];
}

function tierParts(tier: number, quantity: Decimal, unitPrice: Decimal, flatFee: Decimal): ChargePart[] {
  const units = part('units', quantity, unitPrice, tier);
  return flatFee.units === 0n ? [units] : [units, part('fee', wholeDecimal(1n), flatFee, tier)];
}

function part(of: ChargePart['of'], quantity: Decimal, unitPrice: Decimal, tier?: number): ChargePart {
  const amount = multiply(quantity, unitPrice);
  return tier === undefined ? { of, quantity, unitPrice, amount } : { of, tier, quantity, unitPrice, amount };
}
