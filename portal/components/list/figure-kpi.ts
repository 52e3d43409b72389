import { formatCount, formatMoney, formatShare, nothing } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { metricHref } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import type { ListFigure } from '../../services/provider/list-figures.ts';
import type { Money } from '../../services/provider/money-sums.ts';
import { countsCompared, shareParts, sharesCompared } from '../kpi/compared.ts';
import { facts } from '../kpi/facts.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { ListView } from './list-view.ts';

interface FigureKpi {
  readonly note?: string;
  /** What is printed large, where that is no count and no sum of the rows. */
  readonly value?: string;
  /** The main currency of the page, where it is not for the figure to say. */
  readonly currency?: string | undefined;
}

type View = Pick<ListView<unknown>, 'params' | 'windowed' | 'span'>;

/** A figure of a list as a cell that links to it. */
export function figureKpi(
  view: View,
  metric: Metric,
  figure: ListFigure,
  { note, value, currency = mainOf(figure) }: FigureKpi = {},
): Kpi {
  const isMoney = metric.unit === 'money';
  const isCompared = metric.isWindowed && value === undefined;
  const told = note ?? (isMoney ? otherCurrencies(figure.sums, currency) : '');
  const sum = formatMoney(minorIn(figure.sums, currency), currency);
  return {
    metric,
    value: value ?? (isMoney ? sum : formatCount(figure.count)),
    count: figure.count,
    ...(metric.sum && { sums: figure.sums }),
    note: isCompared ? facts(told, todayText(figure, isMoney, currency)) : told,
    ...(metric.isWindowed && { range: rangeOf(view) }),
    ...(isCompared && {
      ...(isMoney ? sumCourse(spanOf(view), figure, currency) : countCourse(spanOf(view), figure)),
    }),
    href: metricHref(metric, view),
  };
}

/** How many of a list's rows are so, as a share that is compared with the one before and drawn over its window. The list has all of them. */
export function shareKpi(view: View, metric: Metric, part: ListFigure, whole: ListFigure, note: string): Kpi {
  return {
    ...figureKpi(view, metric, whole, { value: formatShare(part.count, whole.count), note }),
    change: sharesCompared(
      { part: part.count, whole: whole.count },
      { part: part.previous, whole: whole.previous },
      spanOf(view),
    ),
    parts: shareParts(part.parts, whole.parts),
  };
}

/** What a figure of the view is compared with, in words. */
export function spanOf({ span }: Pick<ListView<unknown>, 'span'>): string {
  return span ? messages.lists.previousSpans[span] : messages.lists.previousSpan;
}

/** What a figure of the view is of, in words; nothing where the days are chosen one by one, which the filter says. */
export function rangeOf({ span }: Pick<ListView<unknown>, 'span'>): string | undefined {
  return span && messages.lists.spans[span];
}

function countCourse(span: string, { count, previous, parts }: ListFigure): Pick<Kpi, 'change' | 'parts'> {
  return { change: countsCompared(count, previous, span), parts };
}

/** How an amount of a currency compares, and its course. */
export function sumCourse(
  span: string,
  { sums, previousSums, courses, parts }: ListFigure,
  currency: string | undefined,
): Pick<Kpi, 'change' | 'parts'> {
  const before = minorIn(previousSums, currency);
  return {
    change: {
      value: Number(minorIn(sums, currency)),
      previous: Number(before),
      previousText: formatMoney(before, currency),
      span,
    },
    parts: (currency !== undefined && courses.get(currency)) || parts.map(() => 0),
  };
}

/** "+ 12 today": what came after the window's days were over, if anything did. */
function todayText({ today }: ListFigure, isMoney: boolean, currency: string | undefined): string {
  if (!today || today.count === 0) return '';
  return messages.lists.today(
    isMoney ? formatMoney(minorIn(today.sums, currency), currency) : formatCount(today.count),
  );
}

/** Where there is nothing, of what there was before or is today: nothing is an amount too. */
function mainOf({ sums, previousSums, today }: ListFigure): string | undefined {
  return (sums[0] ?? previousSums[0] ?? today?.sums[0])?.currency;
}

function minorIn(sums: readonly Money[], currency: string | undefined): bigint {
  return sums.find((one) => one.currency === currency)?.minor ?? 0n;
}

/** The main currency; the others are named, never added. */
export function formatSums([main]: readonly Money[]): string {
  return main ? formatMoney(main.minor, main.currency) : nothing;
}

/** "+ 12.00 EUR, 3,000 JPY". */
export function otherCurrencies(sums: readonly Money[], main = sums[0]?.currency): string {
  const others = sums.filter(({ currency }) => currency !== main);
  if (others.length === 0) return '';
  const shown = others.slice(0, 2).map(({ minor, currency }) => formatMoney(minor, currency));
  const more = others.length - shown.length;
  return `+ ${shown.join(', ')}${more > 0 ? messages.lists.moreCurrencies(more) : ''}`;
}
