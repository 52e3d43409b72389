import { formatCount, formatMoney, formatShare, nothing } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { metricHref } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import type { ListFigure } from '../../services/provider/list-figures.ts';
import type { Money } from '../../services/provider/money-sums.ts';
import { shareParts, sharesCompared } from '../kpi/compared.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { ListView } from './list-view.ts';

interface FigureKpi {
  readonly note?: string;
  /** What is printed large, where that is no count and no sum of the rows. */
  readonly value?: string;
}

type View = Pick<ListView<unknown>, 'params' | 'windowed' | 'span'>;

/** A figure of a list as a cell that links to it. */
export function figureKpi(view: View, metric: Metric, figure: ListFigure, { note, value }: FigureKpi = {}): Kpi {
  const isMoney = metric.unit === 'money';
  const isCompared = metric.isWindowed && value === undefined;
  const told = note ?? (isMoney ? otherCurrencies(figure.sums) : '');
  return {
    metric,
    value: value ?? (isMoney ? mainText(figure) : formatCount(figure.count)),
    count: figure.count,
    ...(metric.sum && { sums: figure.sums }),
    note: isCompared ? [told, todayText(figure, isMoney)].filter(Boolean).join(' · ') : told,
    ...(isCompared && {
      change: changeOf(view, figure, isMoney),
      parts: isMoney ? figure.sumParts : figure.parts,
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

function changeOf(view: Pick<ListView<unknown>, 'span'>, figure: ListFigure, isMoney: boolean): Kpi['change'] {
  const compared = { span: spanOf(view) };
  if (!isMoney)
    return {
      ...compared,
      value: figure.count,
      previous: figure.previous,
      previousText: formatCount(figure.previous),
    };
  const currency = mainOf(figure);
  const before = minorIn(figure.previousSums, currency);
  return {
    ...compared,
    value: Number(minorIn(figure.sums, currency)),
    previous: Number(before),
    previousText: formatMoney(before, currency),
  };
}

/** "+ 12 today": what came after the window's days were over. */
function todayText(figure: ListFigure, isMoney: boolean): string {
  const { today } = figure;
  if (!today) return '';
  const currency = mainOf(figure);
  return messages.lists.today(
    isMoney ? formatMoney(minorIn(today.sums, currency), currency) : formatCount(today.count),
  );
}

/** Nothing is an amount too, of the currency that there was before or is today. */
function mainText(figure: ListFigure): string {
  const currency = mainOf(figure);
  return formatMoney(minorIn(figure.sums, currency), currency);
}

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
export function otherCurrencies(sums: readonly Money[]): string {
  const others = sums.slice(1);
  if (others.length === 0) return '';
  const shown = others.slice(0, 2).map(({ minor, currency }) => formatMoney(minor, currency));
  const more = others.length - shown.length;
  return `+ ${shown.join(', ')}${more > 0 ? messages.lists.moreCurrencies(more) : ''}`;
}
