import { parsePrice, type Price } from '#domain/billing/prices';

/** A price as the catalogue says it. */
export function priceOf(told: Readonly<Record<string, unknown>>): Price {
  const parsed = parsePrice({ currency: 'USD', ...told });
  if (!parsed.ok) throw new Error(`not a valid price: ${JSON.stringify(parsed.issues)}`);
  return parsed.value;
}

export const graduated = {
  model: 'graduated',
  tiers: [
    { upTo: 10, unitPrice: 10, flatFee: 2 },
    { upTo: 20, unitPrice: 5, flatFee: 3 },
    { upTo: null, unitPrice: 5, flatFee: 3 },
  ],
} as const;

export const volume = {
  model: 'volume',
  tiers: [
    { upTo: 100, unitPrice: 2, flatFee: 10 },
    { upTo: 200, unitPrice: 1 },
    { upTo: null, unitPrice: '0.5', flatFee: 50 },
  ],
} as const;

export const packages = { model: 'package', size: 10, price: 100 } as const;
export const perUnit = { model: 'per_unit', unitPrice: '0.001' } as const;
export const flat = { model: 'flat', fee: '49.90' } as const;

/** Cheaper as a whole from its second tier on. */
export const jump = {
  model: 'volume',
  tiers: [
    { upTo: 15, unitPrice: 10 },
    { upTo: null, unitPrice: 5 },
  ],
} as const;
