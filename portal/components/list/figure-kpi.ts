import { formatCount, formatMoney, nothing } from '../../format/numbers.ts';
import { changeParams, listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import type { ListFigure, Money } from '../../services/provider/list-figures.ts';
import type { Kpi } from '../kpi/kpi.ts';
import type { ListView } from './list-view.ts';

export interface KpiCopy {
  readonly label: string;
  readonly definition: string;
  /** In words, what the linked list is filtered by. */
  readonly opens: string;
}

interface FigureKpi {
  readonly id: string;
  readonly copy: KpiCopy;
  readonly figure: ListFigure;
  /** The filters that make the linked list. */
  readonly changes: Readonly<Record<string, string | undefined>>;
  /** What is printed large: how many rows, or what they come to. */
  readonly shows?: 'count' | 'sums';
  /** Whether the figure is of the view's window, or of all there is. */
  readonly isWindowed: boolean;
  readonly goodDirection?: 'up' | 'down';
  readonly note?: string;
}

/** A figure of a list as a cell that links to it. */
export function figureKpi<F>(view: ListView<F>, told: FigureKpi): Kpi {
  const { id, copy, figure, changes, shows = 'count', isWindowed, goodDirection, note } = told;
  const [main] = figure.sums;
  const isMoney = shows === 'sums';
  const before = figure.previousSums.find(({ currency }) => currency === main?.currency)?.minor ?? 0n;
  const span = view.span ? messages.lists.previousSpans[view.span] : messages.lists.previousSpan;
  const change = isMoney
    ? {
        value: Number(main?.minor ?? 0n),
        previous: Number(before),
        previousText: formatMoney(before, main?.currency),
        span,
      }
    : { value: figure.count, previous: figure.previous, previousText: formatCount(figure.previous), span };
  return {
    id,
    ...copy,
    value: isMoney ? formatSums(figure.sums) : formatCount(figure.count),
    count: figure.count,
    note: note ?? (isMoney ? otherCurrencies(figure.sums) : ''),
    // The parts count rows: they are no course of an amount.
    ...(isWindowed && { change, ...(!isMoney && { parts: figure.parts }) }),
    ...(goodDirection && { goodDirection }),
    href: listHref(view.path, changeParams(isWindowed ? view.windowed : withoutRange(view.params), changes)),
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

function withoutRange(params: URLSearchParams) {
  return changeParams(params, { from: undefined, to: undefined });
}
