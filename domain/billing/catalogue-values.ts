import { formatDecimal, zero, type Decimal } from '../decimal.ts';
import type { Allowance } from './allowance.ts';
import type { Price, Tier } from './prices.ts';

/** What JSON can say. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [member: string]: Json };

/** The one form in which a price is kept and shown: decimals as their shortest text, nothing that is 0 by default. */
export function priceJson(price: Price): Json {
  const { model, currency, freeUnits, minimumMinor, maximumMinor } = price;
  return compact({
    model,
    currency,
    ...partsJson(price),
    freeUnits: unlessZero(freeUnits),
    minimumMinor: minimumMinor === undefined ? undefined : Number(minimumMinor),
    maximumMinor: maximumMinor === undefined ? undefined : Number(maximumMinor),
  });
}

export function allowanceJson({ credits, alertLevels, isHardCap }: Allowance): Json {
  return { credits: formatDecimal(credits), alertLevels, isHardCap };
}

/** One text for all that means the same: members in the order of their names, those without a value left out. */
export function stableText(value: Json): string {
  return JSON.stringify(value, (_, part: unknown) => (isMembers(part) ? sortedMembers(part) : part)) ?? 'null';
}

function partsJson(price: Price): Readonly<Record<string, Json>> {
  switch (price.model) {
    case 'per_unit':
      return { unitPrice: formatDecimal(price.unitPrice) };
    case 'graduated':
    case 'volume':
      return { tiers: price.tiers.map(tierJson) };
    case 'package':
      return { size: formatDecimal(price.size), price: formatDecimal(price.price) };
    case 'flat':
      return { fee: formatDecimal(price.fee) };
  }
}

function tierJson({ upTo, unitPrice, flatFee }: Tier): Json {
  return compact({
    upTo: upTo === null ? null : formatDecimal(upTo),
    unitPrice: formatDecimal(unitPrice),
    flatFee: unlessZero(flatFee),
  });
}

function unlessZero(value: Decimal): string | undefined {
  return value.units === zero.units ? undefined : formatDecimal(value);
}

function compact(members: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function isMembers(part: unknown): part is object {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

function sortedMembers(part: object) {
  return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
