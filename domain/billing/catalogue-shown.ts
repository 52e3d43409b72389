import { always, dateText } from './catalogue-dates.ts';
import type { Entry, EntryKind } from './catalogue-entries.ts';
import type { Json } from './catalogue-values.ts';

/** The catalogue as a file says it, so that applying what is shown changes nothing. Entries in their order. */
export function shownCatalogue(entries: Iterable<Entry>): Json {
  const all = [...entries];
  const of = (kind: EntryKind) => all.filter((entry) => entry.kind === kind);
  const prices = { planPrice: byHolder(of('planPrice')), orgPrice: byHolder(of('orgPrice')) };
  const plans = byHolder(of('orgPlan'));
  return {
    meters: Object.fromEntries(of('meter').map(({ holder, members }) => [holder, members])),
    plans: Object.fromEntries(
      of('plan').map(({ holder, members }) => [
        holder,
        { ...members, prices: shownPrices(prices.planPrice.get(holder)) },
      ]),
    ),
    orgs: Object.fromEntries(
      of('org').map(({ holder, members }) => [
        holder,
        { ...members, ...shownPlans(plans.get(holder)), ...ownPrices(prices.orgPrice.get(holder)) },
      ]),
    ),
  };
}

function ownPrices(entries: readonly Entry[] | undefined) {
  return entries && { prices: shownPrices(entries) };
}

function shownPrices(entries: readonly Entry[] = []): Json {
  const byMeter = groups(entries, ({ meter = '' }) => meter);
  return Object.fromEntries([...byMeter].map(([meter, dated]) => [meter, oneOrMany(dated.map(shownPrice))]));
}

function shownPrice({ from, members: { until, price } }: Entry): Json {
  const terms = typeof price === 'object' && price !== null && !isList(price) ? price : {};
  return { ...begin(from), ...(typeof until === 'number' && { until: dateText(until) }), ...terms };
}

function shownPlans(entries: readonly Entry[] | undefined) {
  if (!entries) return undefined;
  const [only] = entries;
  if (entries.length === 1 && only?.from === always) return { plan: only.members['plan'] };
  return { plan: entries.map(({ from, members }) => ({ ...begin(from), plan: members['plan'] })) };
}

function begin(from: number = always): { readonly from?: string } {
  return from === always ? {} : { from: dateText(from) };
}

function oneOrMany(values: readonly Json[]): Json {
  return values.length === 1 ? values[0] : values;
}

function byHolder(entries: readonly Entry[]) {
  return groups(entries, ({ holder }) => holder);
}

function groups(entries: readonly Entry[], nameOf: (entry: Entry) => string): Map<string, Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = nameOf(entry);
    found.set(name, [...(found.get(name) ?? []), entry]);
  }
  return found;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
