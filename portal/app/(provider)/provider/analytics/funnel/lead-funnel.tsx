import { funnelSteps } from '#domain/billing/funnel';
import type { FunnelRow } from '#domain/billing/funnel';
import Link from 'next/link';
import { CsvLink } from '../../../../../components/charts/csv-link.tsx';
import { FunnelSteps } from '../../../../../components/charts/funnel-steps.tsx';
import { formatCount, formatShare, nothing } from '../../../../../format/numbers.ts';
import { formatDuration, formatInstant } from '../../../../../format/times.ts';
import { plusDays, startOfUtcDay } from '../../../../../lists/buckets.ts';
import { changeParams, joinWords, listHref } from '../../../../../lists/list-href.ts';
import { analytics } from '../../../../../messages/en-analytics.ts';
import { paths } from '../../../../../paths.ts';
import type { FunnelTold } from '../../../../../services/provider/analytics-shapes.service.ts';

const { funnel } = analytics;

export function LeadFunnel({
  told: { all, before, span },
  hasOpen,
}: {
  readonly told: FunnelTold;
  readonly hasOpen: boolean;
}) {
  const day = (text: string) => formatInstant(startOfUtcDay(text), 'UTC', 'day');
  const [from, to] = [day(span.from), day(plusDays(span.until, -1))];
  return (
    <div className="px-4 pb-3">
      <p className="num mb-3 text-fg-2">{hasOpen ? funnel.open(from, to) : funnel.closed(from, to)}</p>
      <FunnelSteps
        summary={funnel.summary(countOf(all, 'received'), countOf(all, 'converted'), countOf(all, 'paid'))}
        heads={funnel.heads}
        steps={all.map(({ step, count, rate, medianMs }, at) => ({
          name: funnel.steps[step],
          count,
          countText: formatCount(count),
          rateText: rateText(rate),
          timeText: formatDuration(medianMs),
          ...beforeOf(before?.[at]),
        }))}
        fileName="lead-funnel"
      />
      <p className="mt-2 text-caption text-fg-3">{funnel.hint}</p>
    </div>
  );
}

export function SourceTable({ told: { bySource, span } }: { readonly told: FunnelTold }) {
  const heads = [funnel.source, ...funnelSteps.map((step) => funnel.steps[step]), funnel.share];
  const rows = bySource.map(({ source, rows: own }) => ({
    source,
    cells: own.map(({ count }) => formatCount(count)),
    share: formatShare(own.at(-1)?.count ?? 0, own[0]?.count ?? 0),
    plain: [source ?? '', ...own.map(({ count }) => String(count))],
  }));
  return (
    <div className="pb-3">
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={funnel.bySourceCaption}>
        <table className="data-table">
          <caption className="sr-only">{funnel.bySourceCaption}</caption>
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
            {rows.map(({ source, cells, share }) => (
              <tr key={source ?? ''}>
                <td>
                  <SourceName source={source} span={span} />
                </td>
                {cells.map((cell, at) => (
                  <td key={funnelSteps[at]} className="num text-right">
                    {cell}
                  </td>
                ))}
                <td className="num text-right">{share}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CsvLink
        rows={[heads.slice(0, -1), ...rows.map(({ plain }) => plain)]}
        fileName="lead-funnel-by-source"
        className="mt-2 mr-4"
      />
    </div>
  );
}

function SourceName({ source, span }: { readonly source: string | undefined; readonly span: FunnelTold['span'] }) {
  if (source === undefined) return <span className="text-fg-3">{funnel.noSource}</span>;
  const params = changeParams('', { from: span.from, to: plusDays(span.until, -1), source: joinWords([source]) });
  return (
    <Link href={listHref(paths.leads, params)} prefetch={false} className="hover:underline">
      <bdi>{source}</bdi>
    </Link>
  );
}

function countOf(rows: readonly FunnelRow[], step: FunnelRow['step']): string {
  return formatCount(rows.find((row) => row.step === step)?.count ?? 0);
}

/** How many there were, and of how many of the step before. */
function beforeOf(row: FunnelRow | undefined) {
  if (!row) return {};
  const count = formatCount(row.count);
  return { before: { count: row.count, text: row.rate ? `${count} · ${rateText(row.rate)}` : count } };
}

function rateText(rate: FunnelRow['rate']) {
  return rate ? formatShare(Number(rate.over), Number(rate.under)) : nothing;
}
