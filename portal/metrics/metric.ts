import type { Route } from 'next';
import type { EpochMs } from '#domain/instants';
import type { ListDefinition, ListQuery } from '../lists/define-list.ts';
import { changeParams, listHref } from '../lists/list-href.ts';
import { rangeWord } from '../lists/url-grammar.ts';

export type MetricUnit = 'count' | 'money' | 'share' | 'credits' | 'duration' | 'instant';

/** What rows of lists come to. */
export const sumNames = [
  'amount',
  'refunded',
  'net',
  'due',
  'fee',
  'value',
  'mrr',
  'arr',
  'delta',
  'cost',
  'gap',
] as const;
export type SumName = (typeof sumNames)[number];

type Changes = Readonly<Record<string, string | undefined>>;

/** A figure that staff see: what it is called and means, whether more of it is good, and which list it is of. */
export interface Metric {
  readonly id: string;
  readonly label: string;
  /** Printed as it stands. */
  readonly definition: string;
  /** In words, what the linked list is filtered by. */
  readonly opens: string;
  readonly unit: MetricUnit;
  readonly goodDirection: 'up' | 'down' | 'neither';
  readonly path: Route;
  /** The list's filters beside those of the page: the figure is counted by them, and its link has them. */
  readonly where: Changes;
  /** Of the page's range, or else of all there is. */
  readonly isWindowed: boolean;
  /** The list's filter that has the range of a windowed figure, where it is not of the list's own instant. */
  readonly rangeOf?: string;
  /** Filters of the page that the list has too, where it has not all of them. */
  readonly keeps?: readonly string[];
  /** Which of the sums of that list it is, or tells beside its count: the list prints the same. */
  readonly sum?: SumName;
  /** Where on the linked page its rows are. */
  readonly anchor?: string;
}

type Told = Omit<Metric, 'path' | 'where' | 'isWindowed'> & Partial<Pick<Metric, 'where' | 'isWindowed'>>;

export function inList<U extends MetricUnit>(
  path: Route,
  told: Told & { readonly unit: U },
): Metric & { readonly unit: U } {
  return { path, where: {}, isWindowed: false, ...told };
}

/** A page's parameters: as they are, and with the range that its figures are of. */
export interface Scope {
  readonly params: URLSearchParams;
  readonly windowed: URLSearchParams;
}

const rangeNames = ['from', 'to', 'tz'];

/** What the figure links to. */
export function metricHref(metric: Metric, scope: Scope): Route {
  const href = listHref(metric.path, paramsOf(metric, scope));
  return metric.anchor === undefined ? href : `${href}#${metric.anchor}`;
}

/** What the figure is counted by: what its link's parameters mean, read as the list reads them. */
export function metricFilters<F>(
  list: ListDefinition<F>,
  metric: Metric,
  { params, zone }: Pick<ListQuery<unknown>, 'params' | 'zone'>,
  now: EpochMs,
): F {
  const told = new URLSearchParams(params);
  const own = paramsOf(metric, { params: told, windowed: told });
  return list.parse(Object.fromEntries(own), { zone, now }).filters;
}

function paramsOf({ where, isWindowed, keeps, rangeOf }: Metric, { params, windowed }: Scope): URLSearchParams {
  const noRange = { from: undefined, to: undefined };
  const told = isWindowed ? windowed : changeParams(params, noRange);
  const names = keeps && [...keeps, ...(isWindowed ? rangeNames : [])];
  const kept = names ? new URLSearchParams([...told].filter(([name]) => names.includes(name))) : told;
  const own = rangeOf === undefined ? {} : { ...noRange, [rangeOf]: rangeWord(kept.get('from'), kept.get('to')) };
  return changeParams(kept, { ...own, ...where });
}
