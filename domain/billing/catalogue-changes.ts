import { overageMeter } from './catalogue.ts';
import { defaultsOf, keyOf, type Entry, type Members, type WantedEntry } from './catalogue-entries.ts';
import type { Problem } from './catalogue-problems.ts';
import { stableText, type Json } from './catalogue-values.ts';

/** One entry from what it was to what it shall be. Undefined before: created. Undefined after: removed. */
export interface Change {
  readonly entry: Entry;
  readonly before: Members | undefined;
  readonly after: Members | undefined;
}

export interface Changes {
  readonly changes: readonly Change[];
  readonly unchanged: readonly Entry[];
  readonly problems: readonly Problem[];
}

/** What holds now, as the checks of a new file need it. */
export interface Known {
  /** By key: the entries that the file names, where they are there, and all meters and plans. */
  readonly current: ReadonlyMap<string, Entry>;
  /** Meters that were rated: how their rows become a quantity is fixed. */
  readonly ratedMeters: ReadonlySet<string>;
}

/** What applying a file comes to, with all that speaks against it. Applied again there are no changes. */
export function changesOf(wanted: readonly WantedEntry[], known: Known): Changes {
  const judged = wanted.map((entry) => ({ entry, before: known.current.get(keyOf(entry))?.members }));
  const steps = judged.map(({ entry, before }) => ({ entry, before, after: afterOf(entry, before) }));
  const isSame = ({ before, after }: Change) => stableText(before) === stableText(after);
  return {
    changes: steps.filter((step) => !isSame(step)),
    unchanged: steps.filter(isSame).map(({ entry }) => entry),
    problems: [...twiceNamed(wanted), ...steps.flatMap((step) => problemsOf(step, known, wanted))],
  };
}

function afterOf(wanted: WantedEntry, before: Members | undefined): Members | undefined {
  return wanted.isRemoved ? undefined : { ...defaultsOf(wanted), ...before, ...wanted.members };
}

interface Step extends Change {
  readonly entry: WantedEntry;
}

function problemsOf({ entry, before, after }: Step, known: Known, wanted: readonly WantedEntry[]): Problem[] {
  const { kind, path, holder, meter } = entry;
  const isThere = (of: 'meter' | 'plan', id: string) => {
    const key = { kind: of, holder: id, members: {} };
    return known.current.has(keyOf(key)) || wanted.some((other) => other.kind === of && other.holder === id);
  };
  if (kind === 'meter') return meterProblems(entry, before, after, known);
  if (meter !== undefined && !isThere('meter', meter)) return [{ path, message: `There is no meter ${meter}` }];
  const plan = after?.['plan'];
  if (kind === 'orgPlan' && typeof plan === 'string' && !isThere('plan', plan))
    return [{ path, message: `There is no plan ${plan}` }];
  const [was, is] = [currencyOf(before), currencyOf(after)];
  if (was !== undefined && is !== undefined && was !== is)
    return [
      {
        path: [...path, 'currency'],
        message: `The price of ${meter} in ${holder} is in ${stableText(was)}: end it by \`until\` and begin another`,
      },
    ];
  return [];
}

function meterProblems(
  { holder, path }: WantedEntry,
  before: Members | undefined,
  after: Members | undefined,
  known: Known,
): Problem[] {
  const [was, is] = [before?.['aggregation'], after?.['aggregation']];
  const at = [...path, 'aggregation'];
  if (holder === overageMeter && is !== 'sum') return [{ path: at, message: 'The overage of AI credits is a sum' }];
  if (was !== undefined && was !== is && known.ratedMeters.has(holder))
    return [{ path: at, message: `The meter is rated as ${stableText(was)} already: make another meter` }];
  return [];
}

function twiceNamed(wanted: readonly WantedEntry[]): Problem[] {
  const seen = new Set<string>();
  return wanted.flatMap((entry) => {
    const key = keyOf(entry);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ path: entry.path, message: 'Begins on the same day as one before it' }];
  });
}

function currencyOf(members: Members | undefined): Json {
  const price = members?.['price'];
  return typeof price === 'object' && price !== null && 'currency' in price ? price.currency : undefined;
}

export function verbOf({ before, after }: Change): 'created' | 'changed' | 'removed' {
  if (after === undefined) return 'removed';
  return before === undefined ? 'created' : 'changed';
}
