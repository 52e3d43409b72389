import Link from 'next/link';
import { streams } from '#domain/billing/streams';
import { CsvLink } from '../../../../components/charts/csv-link.tsx';
import { changeOf } from '../../../../format/changes.ts';
import { formatMoney, nothing } from '../../../../format/numbers.ts';
import { moneyUnit } from '../../../../format/units.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { analytics } from '../../../../messages/en-analytics.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { messages } from '../../../../messages/en.ts';
import { dashboardMetrics } from '../../../../metrics/overview.ts';
import { paths } from '../../../../paths.ts';
import type { OrgRevenue } from '../../../../services/provider/dashboard.service.ts';

const { columns } = dashboard;

/** The ten with most; each opens its revenue by stream. */
export function OrgsTable({ rows, currency }: { readonly rows: readonly OrgRevenue[]; readonly currency: string }) {
  if (rows.length === 0) return <p className="px-4 pb-4 text-fg-2">{dashboard.orgsNone}</p>;
  const caption = dashboard.orgsCaption(currency);
  const heads = [
    columns.org,
    dashboardMetrics.mrr.label,
    ...streams.map((stream) => analytics.streams[stream]),
    columns.total,
    columns.change,
  ];
  return (
    <>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
        <table className="data-table">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {heads.map((head, at) => (
                <th key={head} scope="col" className={at === 0 ? '' : 'text-right!'}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.org.id}>
                <td className="max-w-60 truncate">
                  <Link
                    href={listHref(paths.analyticsMix, new URLSearchParams({ org: row.org.id, currency }))}
                    prefetch={false}
                    title={row.org.name}
                    className="hover:underline"
                  >
                    <bdi>{row.org.name}</bdi>
                  </Link>
                </td>
                <Amount minor={row.mrr} currency={currency} />
                {streams.map((stream) => (
                  <Amount key={stream} minor={row.byStream[stream]} currency={currency} />
                ))}
                <Amount minor={row.total} currency={currency} isTotal />
                <td className="num text-right text-fg-2">{changeText(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CsvLink
        rows={[[columns.orgId, ...heads.slice(0, -1), columns.before], ...rows.map((row) => plainOf(row, currency))]}
        fileName={`organisations-${currency}`}
        className="my-2 mr-4"
      />
    </>
  );
}

/** The same for programs. */
function plainOf(row: OrgRevenue, currency: string): readonly string[] {
  const { plain } = moneyUnit(currency);
  const amounts = [row.mrr, ...streams.map((stream) => row.byStream[stream]), row.total, row.before];
  return [row.org.id, row.org.name, ...amounts.map(plain)];
}

interface AmountProps {
  readonly minor: bigint;
  readonly currency: string;
  readonly isTotal?: boolean;
}

function Amount({ minor, currency, isTotal = false }: AmountProps) {
  const tone = minor === 0n ? 'text-fg-3' : isTotal ? 'font-medium' : '';
  // The table's heading names the currency.
  const text = minor === 0n ? nothing : formatMoney(minor, currency).replace(` ${currency}`, '');
  return <td className={`num text-right ${tone}`}>{text}</td>;
}

function changeText({ total, before }: OrgRevenue) {
  const change = changeOf(Number(total), Number(before));
  if (change.kind === 'ratio') return change.text;
  return change.kind === 'new' ? messages.kpi.isNew : nothing;
}
