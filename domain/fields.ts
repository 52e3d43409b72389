import { z } from 'zod';
import { exponentOf } from './currencies.ts';
import { parseInstant } from './instants.ts';

/** Field types of the wire. Lengths count code points; nothing is trimmed or normalised. */
export const metaBytesMax = 8 * 1024;
export const longTextMax = 4_096;
const urlMax = 2_048;

const controlCharacters = /[\u0000-\u001f\u007f]/;
const controlButLineFeedAndTab = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const wholeInstant = 'an RFC 3339 instant with a zone, for example 2026-01-31T09:30:00Z';

export function text(min: number, max: number) {
  return z
    .string()
    .refine((value) => isOfLength(value, min, max), { error: `Must have ${min} to ${max} characters` })
    .refine((value) => !controlCharacters.test(value), { error: 'Must not contain control characters' })
    .meta({ minLength: min, maxLength: max });
}

export const id = text(1, 128).meta({ description: "The tenant's own id, unique per tenant and kind." });
export const name = text(1, 128);
export const title = text(1, 256);
export const code = text(1, 64);
/** Every provider's name of a method has a letter: what has none may be a card's number, which never comes near us. */
export const paymentToken = title.refine((value) => /[a-z]/i.test(value), {
  error: "Must be the payment provider's own name of the method, never a card number",
});

export const longText = z
  .string()
  .refine((value) => isOfLength(value, 0, longTextMax), { error: `Must have at most ${longTextMax} characters` })
  .refine((value) => !controlButLineFeedAndTab.test(value), {
    error: 'Must not contain control characters but line feed and tab',
  })
  .meta({ maxLength: longTextMax });

export const email = text(3, 320).refine((value) => /^.+@.+$/su.test(value), { error: 'Must have an @ inside' });
export const phone = text(1, 64);
export const feature = z.string().regex(/^[a-z0-9_.-]{1,64}$/, { error: 'Must be a slug: a-z 0-9 _ . -' });
export const meterSlug = z.string().regex(/^[a-z0-9_.]{1,64}$/, { error: 'Must be a slug: a-z 0-9 _ .' });
export const url = text(1, urlMax).refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), {
  error: 'Must be an http or https address',
});

export const currency = z
  .string()
  .refine((value) => exponentOf(value) !== undefined, { error: 'Must be a current ISO 4217 code' })
  .meta({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' });

/** Money in minor units of the currency beside it. */
export const minor = z
  .int({ error: 'Must be an integer of minor units' })
  .min(0)
  .meta({ description: 'Minor units of `currency`' });
export const minorAtLeastOne = z
  .int({ error: 'Must be an integer of minor units' })
  .min(1)
  .meta({ description: 'Minor units, at least 1' });
export const count = z.int().min(0);
export const countAtLeastOne = z.int().min(1);

/** Read into milliseconds since 1970, cut to milliseconds. */
export const instant = z
  .string()
  .transform((value, context) => {
    const epochMs = parseInstant(value);
    if (epochMs !== undefined) return epochMs;
    context.addIssue({ code: 'custom', message: `Must be ${wholeInstant}` });
    return z.NEVER;
  })
  .meta({ format: 'date-time' });

export const decimalPattern = /^(0|[1-9][0-9]{0,15})(\.[0-9]{1,9})?$/;

/** A non-negative integer up to 2^53-1 or a decimal string with at most 9 places; read into its shortest decimal string. */
export const quantity = z.union([z.int().min(0), z.string()]).transform((value, context) => {
  const decimal = readQuantity(value);
  if (decimal !== undefined) return decimal;
  context.addIssue({
    code: 'custom',
    message: 'Must be a non-negative integer up to 2^53-1 or a decimal string with at most 9 places',
  });
  return z.NEVER;
});

/** The shortest decimal string of a quantity, undefined when it is none. */
export function readQuantity(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  if (typeof value !== 'string' || !decimalPattern.test(value)) return undefined;
  const [whole = '', fraction = ''] = value.split('.');
  if (
    Number(whole) > Number.MAX_SAFE_INTEGER ||
    (BigInt(whole) === BigInt(Number.MAX_SAFE_INTEGER) && /[1-9]/.test(fraction))
  )
    return undefined;
  const places = fraction.replace(/0+$/, '');
  return places === '' ? whole : `${whole}.${places}`;
}

export type Meta = Readonly<Record<string, unknown>>;

/** Any JSON object of at most 8 KiB, the one place where unknown members are taken. */
export const meta = z
  .custom<Meta>(isPlainObject, { error: 'Must be a JSON object' })
  .refine((value) => new TextEncoder().encode(JSON.stringify(value)).length <= metaBytesMax, {
    error: 'Must be at most 8 KiB of JSON',
  })
  .meta({ type: 'object', additionalProperties: true, description: 'Any JSON object, at most 8 KiB' });

export function isPlainObject(value: unknown): value is Meta {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Counts code points, looking at no more of the text than needed. */
export function isOfLength(value: string, min: number, max: number): boolean {
  if (value.length < min || value.length > 2 * max) return false;
  let points = value.length;
  for (let unit = 0; unit < value.length; unit++) {
    if (isHighSurrogate(value.charCodeAt(unit)) && isLowSurrogate(value.charCodeAt(unit + 1))) points--;
  }
  return points >= min && points <= max;
}

function isHighSurrogate(unit: number) {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number) {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
