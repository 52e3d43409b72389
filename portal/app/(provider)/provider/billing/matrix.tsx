import { Download } from 'lucide-react';
import Link from 'next/link';
import { Card } from '../../../../components/card.tsx';
import { changed } from '../../../../components/list/list-view.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatMoney } from '../../../../format/numbers.ts';
import { formatInstant, zoneLabel } from '../../../../format/times.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { billing, reconciliation } from '../../../../messages/en-billing.ts';
import { messages } from '../../../../messages/en.ts';
import { paths } from '../../../../paths.ts';
import type { ReconciliationFilters } from '../../../../services/provider/billing-lists.ts';
import type { CellAmounts } from '../../../../services/provider/billing-reconciliation.ts';
import { Gap } from './columns.tsx';

const { columns } = reconciliation;
const amounts = ['expected', 'invoiced', 'paid', 'credited'] as const;

interface MatrixProps {
  readonly view: ListView<ReconciliationFilters>;
  readonly matrix: readonly CellAmounts[];
  readonly through: number | undefined;
}

/** Stream by what was expected, invoiced, paid and credited, each currency by itself. A gap opens its cells. */
export function Matrix({ view, matrix, through }: MatrixProps) {
  if (matrix.length === 0) return null;
  const { zone } = view.query;
  const span = view.query.range ? reconciliation.span.chosen : reconciliation.span.all;
  return (
    <Card
      title={reconciliation.matrix}
      aside={
        <div className="flex items-center gap-3">
          <p className="num hidden text-caption text-fg-3 sm:block">
            {span}
            {through !== undefined &&
              ` · ${messages.shell.dataThrough} ${formatInstant(through, zone, 'minute')} ${zoneLabel(zone, through)}`}
          </p>
          <a
            href={listHref(paths.billingRowsExport, view.params)}
            download
            title={reconciliation.rowsHint}
            className="button button-small"
          >
            <Download size={14} strokeWidth={1.75} aria-hidden="true" />
            {reconciliation.rowsCsv}
          </a>
        </div>
      }
    >
      <div
        className="table-frame overflow-x-auto rounded-b-card"
        tabIndex={0}
        role="region"
        aria-label={reconciliation.matrix}
      >
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">{columns.stream}</th>
              {amounts.map((name) => (
                <th key={name} scope="col" className="text-right!">
                  {columns[name]}
                </th>
              ))}
              <th scope="col" className="text-right!">
                {columns.gap}
              </th>
            </tr>
          </thead>
          <tbody>
            {matrix.map((cell) => (
              <MatrixRow key={`${cell.currency} ${cell.stream}`} cell={cell} view={view} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function MatrixRow({ cell, view }: Pick<MatrixProps, 'view'> & { readonly cell: CellAmounts }) {
  const { stream, currency } = cell;
  const told = [cell.expectedMinor, cell.invoicedMinor, cell.paidMinor, cell.creditedMinor];
  return (
    <tr>
      <th scope="row">
        {billing.streams[stream]} <span className="text-fg-3">{currency}</span>
      </th>
      {told.map((minor, index) => (
        <td key={amounts[index]} className="num text-right">
          {formatMoney(minor, currency)}
        </td>
      ))}
      <td className="num text-right">
        {cell.differing === 0 ? (
          <Gap cell={cell} />
        ) : (
          <Link
            href={changed(view, { stream, currency, gaps: 'only' })}
            prefetch={false}
            data-gap={`${stream}:${currency}`}
            aria-label={`${formatMoney(cell.gapMinor, currency)}, ${reconciliation.opensGaps(billing.streams[stream], currency)}`}
          >
            <Gap cell={cell} />
          </Link>
        )}
      </td>
    </tr>
  );
}
