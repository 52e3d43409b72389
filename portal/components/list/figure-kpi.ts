import { formatCount, formatMoney, nothing } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { metricHref } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import type { ListFigure } from '../../services/provider/list-figures.ts';
import type { Money } from '../../services/provider/money-sums.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { ListView } from './list-view.ts';

interface FigureKpi {
  readonly note?: string;
  /** What is printed large, where that is no count and no sum of the rows. */
  readonly value?: string;
}

/** A figure of a list as a cell that links to it. */
export function figureKpi(
  view: Pick<ListView<unknown>, 'params' | 'windowed' | 'span'>,
  metric: Metric,
  figure: ListFigure,
  { note, value }: FigureKpi = {},
): Kpi {
  const isMoney = metric.unit === 'money';
  const isOfRows = value === undefined;
  return {
    metric,
    value: value ?? (isMoney ? formatSums(figure.sums) : formatCount(figure.count)),
    count: figure.count,
    ...(metric.sum && { sums: figure.sums }),
    note: note ?? (isMoney ? otherCurrencies(figure.sums) : ''),
    ...(metric.isWindowed &&
      isOfRows && {
        change: changeOf(view, figure, isMoney),
        parts: isMoney ? figure.sumParts : figure.parts,
      }),
    href: metricHref(metric, view),
  };
}

/** What a figure of the view is compared with, in words. */
export function spanOf({ span }: Pick<ListView<unknown>, 'span'>): string {
  return span ? messages.lists.previousSpans[span] : messages.lists.previousSpan;
}

function changeOf(view: Pick<ListView<unknown>, 'span'>, figure: ListFigure, isMoney: boolean): Kpi['change'] {
  const compared = { span: spanOf(view) };
  if (!isMoney)
    return {
      ...compared,
      value: figure.count,
      previous: figure.previous,
      previousText: formatCount(figure.previous),
    };
  const [main] = figure.sums;
  const before = figure.previousSums.find(({ currency }) => currency === main?.currency)?.minor ?? 0n;
  return {
    ...compared,
    value: Number(main?.minor ?? 0n),
    previous: Number(before),
    previousText: formatMoney(before, main?.currency),
  };
}

/** The main currency; the others are named, never added. */
export function formatSums([main]: readonly Money[]): string {
  return main ? formatMoney(main.minor, main.currency) : nothing;
}

/** "+ 12.00 EUR, 3,000 JPY". */
export function otherCurrencies(sums: readonly Money[]): string {
  const others = sums.slice(1);
  if (others.length === 0) return '';
  const shown = others.slice(0, 2).map(({ minor, currency }) => formatMoney(minor, currency));
  const more = others.length - shown.length;
  return `+ ${shown.join(', ')}${more > 0 ? messages.lists.moreCurrencies(more) : ''}`;
}
