import type { EpochMs } from '../instants.ts';
import { overageMeter, type CatalogueFile, type OrgSettings, type PlanTerms, type PriceEntry } from './catalogue.ts';
import { always } from './catalogue-dates.ts';
import type { Path } from './catalogue-problems.ts';
import type { Json } from './catalogue-values.ts';

/** In the order in which they are written: what is named before what names it. */
export const entryKinds = ['meter', 'plan', 'planPrice', 'org', 'orgPlan', 'orgPrice'] as const;
export type EntryKind = (typeof entryKinds)[number];

/** One thing that the catalogue keeps. `holder` is a meter, a plan or an org; what has dates is known by its meter and first day too. */
export interface Entry {
  readonly kind: EntryKind;
  readonly holder: string;
  readonly meter?: string | undefined;
  readonly from?: EpochMs | undefined;
  readonly members: Members;
}

export type Members = Readonly<Record<string, Json>>;

/** What a file says about an entry: members that it does not name stay as they are. */
export interface WantedEntry extends Entry {
  readonly isRemoved: boolean;
  /** Where the file says so. */
  readonly path: Path;
}

/** What an entry has that is new and says nothing else. */
export function defaultsOf({ kind, holder }: Entry): Members {
  switch (kind) {
    case 'meter':
      return { name: holder, aggregation: 'sum', unit: null };
    case 'plan':
      return { name: holder, ai: null };
    case 'org':
      return {
        name: holder,
        timeZone: 'UTC',
        anchorDay: 1,
        graceHours: 12,
        taxRate: null,
        dueDays: 0,
        dunning: null,
        businessHours: null,
        paymentMethod: null,
      };
    case 'planPrice':
    case 'orgPrice':
    case 'orgPlan':
      return {};
  }
}

export function keyOf({ kind, holder, meter, from }: Entry): string {
  return JSON.stringify([kind, holder, meter, from === always ? 'always' : from]);
}

/** All that a file says, entry by entry, in the order in which they are written. */
export function entriesOf(file: CatalogueFile): WantedEntry[] {
  const meters = Object.entries(file.meters ?? {}).map(([id, members]) => stated('meter', id, members, ['meters', id]));
  const plans = Object.entries(file.plans ?? {}).flatMap(([id, terms]) => planEntries(id, terms));
  const orgs = Object.entries(file.orgs ?? {}).flatMap(([id, settings]) => orgEntries(id, settings));
  const all = [...meters, ...plans, ...orgs];
  return [...all, ...undeclaredOverage(all)].toSorted(
    (a, b) => entryKinds.indexOf(a.kind) - entryKinds.indexOf(b.kind),
  );
}

/** Prices of AI overage need no declaration of their meter. */
function undeclaredOverage(all: readonly WantedEntry[]): WantedEntry[] {
  const priced = all.find(({ meter }) => meter === overageMeter);
  if (!priced || all.some(({ kind, holder }) => kind === 'meter' && holder === overageMeter)) return [];
  return [stated('meter', overageMeter, {}, priced.path)];
}

function planEntries(id: string, { prices, ...members }: PlanTerms): WantedEntry[] {
  const path = ['plans', id];
  return [stated('plan', id, members, path), ...priceEntries('planPrice', id, prices, path)];
}

function orgEntries(id: string, { prices, plan, ...members }: OrgSettings): WantedEntry[] {
  const path = ['orgs', id];
  const plans = (plan ?? []).map((span, index) => ({
    ...stated('orgPlan', id, span.remove ? {} : { plan: span.plan }, [...path, 'plan', index]),
    from: span.from ?? always,
    isRemoved: span.remove === true,
  }));
  return [stated('org', id, members, path), ...plans, ...priceEntries('orgPrice', id, prices, path)];
}

function priceEntries(
  kind: 'planPrice' | 'orgPrice',
  holder: string,
  prices: Readonly<Record<string, readonly PriceEntry[]>> | undefined,
  path: Path,
): WantedEntry[] {
  return Object.entries(prices ?? {}).flatMap(([meter, dated]) =>
    dated.map(({ from, until, terms }, index) => ({
      ...stated(kind, holder, { until: until ?? null, price: terms }, [...path, 'prices', meter, index]),
      meter,
      from: from ?? always,
      isRemoved: terms === undefined,
    })),
  );
}

function stated(kind: EntryKind, holder: string, members: Members, path: Path): WantedEntry {
  const named = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
  return { kind, holder, members: named, path, isRemoved: false };
}
