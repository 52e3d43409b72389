import { z } from 'zod';
import { formatDecimal, parseDecimal } from '../decimal.ts';
import * as field from '../fields.ts';
import { orgIdPattern } from '../ids.ts';
import { aggregations } from './aggregation.ts';
import { parseAllowance } from './allowance.ts';
import { parseBusinessHours } from './business-hours.ts';
import { readDate } from './catalogue-dates.ts';
import { problemsOf, type Problem } from './catalogue-problems.ts';
import { allowanceJson, priceJson } from './catalogue-values.ts';
import { parsePolicy } from './dunning-policy.ts';
import { parsePrice } from './prices.ts';
import { openZone } from './zones.ts';
import type { Parsed } from '../issues.ts';

/** The price of AI credits that neither a grant nor the allowance covers. Nobody declares it: a catalogue that prices it has it. */
export const overageMeter = 'ai.overage';

const providers = ['sandbox', 'stripe'] as const;
const anchorDayMax = 31;
const graceHoursMax = 31 * 24;
const dueDaysMax = 365;
const taxPlacesMax = 9;
const entriesMax = 1_000;

const slug = z.string().regex(/^[a-z0-9_.-]{1,64}$/, { error: 'Must be 1 to 64 of a-z 0-9 _ . -' });
const orgId = z
  .string()
  .regex(orgIdPattern, { error: 'Must be 1 to 128 of A-Z a-z 0-9 _ . -, and begin with a letter or digit' });
const date = z.unknown().transform((value, context) => {
  const instant = readDate(value);
  if (instant !== undefined) return instant;
  context.addIssue({
    code: 'custom',
    message: 'Must be a day from 1970 on, 2026-01-31, or an instant with a zone, 2026-01-31T09:30:00Z',
  });
  return z.NEVER;
});
const taxText = `Must be a share from 0 to 1 of at most ${taxPlacesMax} places: 0.19 is 19 %`;
const taxRate = z.union([z.int(), z.string()], { error: taxText }).transform((value, context) => {
  const rate = parseDecimal(String(value));
  const isShare = rate && rate.units >= 0n && rate.places <= taxPlacesMax && rate.units <= 10n ** BigInt(rate.places);
  if (isShare) return formatDecimal(rate);
  context.addIssue({ code: 'custom', message: taxText });
  return z.NEVER;
});

const meter = z.strictObject({
  name: field.title.optional(),
  aggregation: z.enum(aggregations, { error: `Must be one of ${aggregations.join(', ')}` }),
  unit: field.name.nullable().optional(),
});

/** A price with the days it holds; the rest of its members are the price's own. */
const price = z
  .looseObject({ from: date.optional(), until: date.optional(), remove: z.literal(true).optional() })
  .transform(({ from, until, remove, ...terms }, context) => {
    if (from !== undefined && until !== undefined && until <= from) {
      context.addIssue({ code: 'custom', path: ['until'], message: 'Must be after `from`' });
    }
    const { minimumMinor, maximumMinor } = terms;
    if (typeof minimumMinor === 'number' && typeof maximumMinor === 'number' && minimumMinor > maximumMinor) {
      context.addIssue({ code: 'custom', path: ['minimumMinor'], message: 'Must not be above `maximumMinor`' });
    }
    if (remove) {
      for (const key of Object.keys(terms))
        context.addIssue({ code: 'custom', path: [key], message: 'What is removed has no terms' });
      return { from, until: undefined, terms: undefined };
    }
    return { from, until, terms: kept(context, parsePrice(terms), priceJson) };
  });
const prices = z.record(field.meterSlug, oneOrMany(price));

const plan = z.strictObject({
  name: field.title.optional(),
  ai: z
    .unknown()
    .transform((value, context) => (value === null ? null : kept(context, parseAllowance(value), allowanceJson)))
    .optional(),
  prices: prices.optional(),
});

const planSpan = z
  .strictObject({ from: date.optional(), plan: slug.nullable().optional(), remove: z.literal(true).optional() })
  .refine(({ plan: id, remove }) => (id === undefined) === (remove === true), {
    error: 'Must have one of `plan` and `remove`',
  });

const org = z.strictObject({
  name: field.title.optional(),
  timeZone: z
    .string()
    .refine((name) => openZone(name) !== undefined, { error: 'Must be a time zone such as Europe/Berlin' })
    .optional(),
  anchorDay: z.int().min(1).max(anchorDayMax).optional(),
  graceHours: z.int().min(0).max(graceHoursMax).optional(),
  taxRate: taxRate.nullable().optional(),
  dueDays: z.int().min(0).max(dueDaysMax).optional(),
  dunning: z
    .unknown()
    .transform((value, context) => (value === null ? null : kept(context, parsePolicy(value), (policy) => policy)))
    .optional(),
  businessHours: z
    .unknown()
    .transform((value, context) => (value === null ? null : kept(context, parseBusinessHours(value), (hours) => hours)))
    .optional(),
  paymentMethod: z
    .strictObject({
      provider: z.enum(providers, { error: `Must be one of ${providers.join(', ')}` }),
      token: field.paymentToken,
    })
    .nullable()
    .optional(),
  /** One plan from ever on, or none, or several with the days from which they hold. */
  plan: z
    .preprocess((value) => (value === null || typeof value === 'string' ? { plan: value } : value), oneOrMany(planSpan))
    .optional(),
  prices: prices.optional(),
});

/**
 * What an operator writes. A member that is not named stays as it is; `null` takes away; what has dates ends by `until` or by a later entry,
 * and only `remove` takes an entry back.
 */
const catalogueSchema = z.strictObject({
  meters: z.record(field.meterSlug, meter).optional(),
  plans: z.record(slug, plan).optional(),
  orgs: z.record(orgId, org).optional(),
});

export type CatalogueFile = z.output<typeof catalogueSchema>;
export type PlanTerms = z.output<typeof plan>;
export type OrgSettings = z.output<typeof org>;
export type PriceEntry = z.output<typeof price>;

/** Reads a file's value, already parsed: all of it, or all that is wrong with it. */
export function parseCatalogue(
  value: unknown,
): { readonly ok: true; readonly file: CatalogueFile } | { readonly ok: false; readonly problems: Problem[] } {
  const result = catalogueSchema.safeParse(value);
  return result.success ? { ok: true, file: result.data } : { ok: false, problems: problemsOf(result.error, value) };
}

/** One thing may stand without the brackets of a list. */
function oneOrMany<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(schema).max(entriesMax));
}

/** A part that has a reader of its own: its issues, or the form in which it is kept. */
function kept<T, J>(context: z.RefinementCtx, parsed: Parsed<T>, toJson: (value: T) => J): J | undefined {
  if (parsed.ok) return toJson(parsed.value);
  for (const { path, message } of parsed.issues) {
    context.addIssue({ code: 'custom', path: path === '' ? [] : path.split('.'), message });
  }
  return z.NEVER;
}
