import { z } from 'zod';
import { compare, parseDecimal, zero, type Decimal } from '../decimal.ts';
import * as field from '../fields.ts';
import type { EpochMs } from '../instants.ts';
import { issuesOf, type Parsed } from '../issues.ts';

const unitPricePlacesMax = 12;
const quantityPlacesMax = 9;
const tiersMax = 100;

/** Prices and flat fees are decimals of major units; quantities are in the meter's own unit. */
const unitPrice = nonNegativeDecimal(unitPricePlacesMax);
const quantity = nonNegativeDecimal(quantityPlacesMax);

/** Only a tier's flat fee may be absent, and is 0 then; the open tier says so by `null`. */
const tier = z.strictObject({ upTo: quantity.nullable(), unitPrice, flatFee: unitPrice.default(zero) });

const tiers = z
  .array(tier)
  .min(1)
  .max(tiersMax)
  .superRefine((all, context) => {
    for (const [index, { upTo }] of all.entries()) {
      const message = upTo === null ? misplacedOpen(index, all.length) : misplacedBound(index, upTo, all);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [index, 'upTo'], message });
    }
  });

/** Minimum and maximum are minor units of the currency, for each period. */
const modifiers = {
  currency: field.currency,
  freeUnits: quantity.default(zero),
  minimumMinor: field.minor.transform(BigInt).optional(),
  maximumMinor: field.minor.transform(BigInt).optional(),
};

const priceModels = ['per_unit', 'graduated', 'volume', 'package', 'flat'] as const;

const priceSchema = z.discriminatedUnion(
  'model',
  [
    z.strictObject({ model: z.literal('per_unit'), unitPrice, ...modifiers }),
    z.strictObject({ model: z.literal('graduated'), tiers, ...modifiers }),
    z.strictObject({ model: z.literal('volume'), tiers, ...modifiers }),
    z.strictObject({
      model: z.literal('package'),
      size: quantity.refine((size) => size.units > 0n, { error: 'Must be above 0' }),
      price: unitPrice,
      ...modifiers,
    }),
    z.strictObject({ model: z.literal('flat'), fee: unitPrice, ...modifiers }),
  ],
  { error: (issue) => (issue.code === 'invalid_union' ? `Must be one of ${priceModels.join(', ')}` : undefined) },
);

export type Price = z.output<typeof priceSchema>;
export type PriceModel = Price['model'];
export type Tier = z.output<typeof tier>;

/** Reads a price of the catalogue. One without a part of its model is refused, with where and why; nothing is read as 0. */
export function parsePrice(value: unknown): Parsed<Price> {
  const result = priceSchema.safeParse(value);
  return result.success ? { ok: true, value: result.data } : { ok: false, issues: issuesOf(result.error) };
}

/** A price from an instant on, until another or none is in force. */
export interface DatedPrice {
  readonly from: EpochMs;
  readonly until?: EpochMs | undefined;
  readonly price: Price;
}

/**
 * A period is rated by the price in force at its start, so that a new price or plan applies from the meter's next period.
 * The org's own price goes before its plan's.
 */
export function priceInForce(
  periodStart: EpochMs,
  ofOrg: readonly DatedPrice[],
  ofPlan: readonly DatedPrice[],
): Price | undefined {
  return inForceAt(periodStart, ofOrg) ?? inForceAt(periodStart, ofPlan);
}

function inForceAt(at: EpochMs, dated: readonly DatedPrice[]): Price | undefined {
  let latest: DatedPrice | undefined;
  for (const one of dated) {
    const { from, until } = one;
    if (from <= at && (until === undefined || at < until) && from >= (latest?.from ?? -Infinity)) latest = one;
  }
  return latest?.price;
}

function misplacedOpen(index: number, count: number): string | undefined {
  return index === count - 1 ? undefined : 'Only the last tier is open';
}

function misplacedBound(index: number, upTo: Decimal, all: readonly { readonly upTo: Decimal | null }[]) {
  if (index === all.length - 1) return 'The last tier is open: upTo must be null';
  const below = index === 0 ? zero : (all[index - 1]?.upTo ?? null);
  return below !== null && compare(upTo, below) <= 0 ? 'Must be above the bound of the tier before it' : undefined;
}

/** An integer or a decimal string, without a sign. */
function nonNegativeDecimal(placesMax: number) {
  const message = `Must be a decimal of at most ${placesMax} places, 0 or more`;
  return z.union([z.int().min(0), z.string()], { error: message }).transform((value, context) => {
    const parsed = parseDecimal(String(value));
    if (parsed && parsed.places <= placesMax && parsed.units >= 0n) return parsed;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}
