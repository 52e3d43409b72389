import type { Route } from 'next';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, formatSums, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatMoney } from '../../../../format/numbers.ts';
import { billing } from '../../../../messages/en-billing.ts';
import { paths } from '../../../../paths.ts';
import { chargedStatuses } from '../../../../services/provider/billing-lists.ts';
import type { BillingSummary } from '../../../../services/provider/billing.service.ts';
import type { ListFigure, Money } from '../../../../services/provider/list-figures.ts';

const { kpis } = billing;
const paid = { status: 'succeeded', kind: 'money' };

/** The figures above every tab, each linked to the list of the section that it counts. */
export function billingKpis<F extends { readonly orgs: readonly string[] }>(
  view: ListView<F>,
  summary: BillingSummary,
): readonly Kpi[] {
  return [...flowKpis(view, summary), ...levelKpis(view, summary)];
}

interface Told {
  readonly id: keyof typeof kpis;
  readonly path: Route;
  readonly figure: ListFigure;
  readonly changes?: Readonly<Record<string, string>>;
  readonly note: string;
  readonly isWindowed?: true;
  readonly goodDirection?: 'up';
}

function cell<F extends { readonly orgs: readonly string[] }>(view: ListView<F>, { path, ...told }: Told): Kpi {
  const usual = { copy: kpis[told.id], shows: 'sums', changes: {}, isWindowed: false } as const;
  return {
    ...figureKpi(inList(view, path), { ...usual, ...told }),
    ...(told.figure.sums.length === 0 && { value: billing.noMoney }),
  };
}

/** What came about in the range. */
function flowKpis<F extends { readonly orgs: readonly string[] }>(view: ListView<F>, summary: BillingSummary) {
  const { invoiced, collected } = summary;
  return [
    {
      ...cell(view, {
        id: 'invoiced',
        path: paths.invoices,
        figure: invoiced,
        changes: { status: chargedStatuses.join(',') },
        isWindowed: true,
        note: otherCurrencies(invoiced.sums),
      }),
      definition: [kpis.invoiced.definition, ...streamsText(summary)].join(' '),
    },
    cell(view, {
      id: 'collected',
      path: paths.payments,
      figure: collected,
      changes: paid,
      isWindowed: true,
      goodDirection: 'up',
      note: joined([billing.paymentsCounted(formatCount(collected.count)), otherCurrencies(collected.sums)]),
    }),
  ];
}

/** What is so by now. */
function levelKpis<F extends { readonly orgs: readonly string[] }>(view: ListView<F>, summary: BillingSummary) {
  const { outstanding, overdue, gaps, unbilled } = summary;
  const differing = joined([billing.cellsDiffer(formatCount(gaps.count)), otherCurrencies(gaps.sums)]);
  return [
    cell(view, {
      id: 'outstanding',
      path: paths.invoices,
      figure: outstanding,
      changes: { status: 'open' },
      note: outstandingNote(outstanding, overdue),
    }),
    cell(view, {
      id: 'gaps',
      path: paths.billing,
      figure: gaps,
      changes: { gaps: 'only' },
      note: gaps.count === 0 ? billing.allReconcile : differing,
    }),
    {
      ...cell(view, {
        id: 'unbilled',
        path: paths.unbilled,
        figure: unbilled,
        note: unbilledNote(unbilled),
      }),
      value: formatCount(unbilled.count),
    },
  ];
}

function unbilledNote({ sums }: ListFigure): string {
  return sums.length === 0 ? billing.noFees : joined([formatSums(sums), otherCurrencies(sums)]);
}

/** The same organisations and range, in another list of the section. */
function inList<F extends { readonly orgs: readonly string[] }>(view: ListView<F>, path: Route): ListView<F> {
  const { orgs } = view.query.filters;
  const params = new URLSearchParams(orgs.length === 0 ? [] : [['org', orgs.join(',')]]);
  const windowed = new URLSearchParams(params);
  for (const name of ['from', 'to', 'tz']) {
    const value = view.windowed.get(name);
    if (value !== null) windowed.set(name, value);
  }
  return { ...view, path, params, windowed };
}

/** The main currency by stream. */
function streamsText({ invoiced, byStream }: BillingSummary): readonly string[] {
  const main = invoiced.sums[0]?.currency;
  const parts = byStream
    .filter(({ currency, minor }) => currency === main && minor !== 0n)
    .map(
      ({ stream, minor }) =>
        `${stream === 'credit' ? billing.creditStream : billing.streams[stream]} ${bare(minor, main)}`,
    );
  return main === undefined || parts.length === 0 ? [] : [billing.byStream(main, parts.join(', '))];
}

function outstandingNote(outstanding: ListFigure, overdue: ListFigure): string {
  const main = outstanding.sums[0]?.currency;
  const due = overdue.sums.find(({ currency }: Money) => currency === main);
  const late = due ? billing.ofWhichOverdue(formatMoney(due.minor, main)) : billing.nothingOverdue;
  return joined([late, otherCurrencies(outstanding.sums)]);
}

/** The amount without the code that the figure above it has. */
function bare(minor: bigint, currency: string | undefined): string {
  return formatMoney(minor, currency).replace(` ${currency ?? ''}`, '');
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
