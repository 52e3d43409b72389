import Link from 'next/link';
import { CsvLink } from '../../../../components/charts/csv-link.tsx';
import { formatSums, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatDecimalText, formatMoney, formatShare } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { ai } from '../../../../messages/en-ai.ts';
import { otherFeatures } from '../../../../services/provider/ai-list.ts';
import type { AiFilters } from '../../../../services/provider/ai-list.ts';
import type { FeatureUse } from '../../../../services/provider/ai-figures.service.ts';
import { Nothing } from '../../../../components/nothing.tsx';

const { featureColumns: columns } = ai;
const labels: Readonly<Record<string, string>> = ai.features;

interface FeaturesProps {
  readonly rows: readonly FeatureUse[];
  readonly view: ListView<AiFilters>;
}

/** What each feature took in the range. */
export function Features({ rows, view }: FeaturesProps) {
  const plain = rows.map((row) => [
    featureLabel(row.feature),
    String(row.calls),
    row.credits,
    formatSums(row.costs),
    perCall(row) ?? '',
    row.latencyMs === undefined ? '' : String(row.latencyMs),
    row.told === 0 ? '' : String(row.failed / row.told),
  ]);
  const heads = [columns.calls, columns.credits, columns.cost, columns.perCall, columns.latency, columns.errors];
  const most = Math.max(1e-9, ...rows.map(({ credits }) => Number(credits)));
  return (
    <div className="overflow-x-auto rounded-b-card" tabIndex={0} role="region" aria-label={ai.byFeature}>
      <table className="data-table" style={{ minWidth: 860 }}>
        <thead>
          <tr>
            <th scope="col">{columns.feature}</th>
            <th scope="col">{columns.share}</th>
            {heads.map((name) => (
              <th key={name} scope="col" className="text-right!">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.feature}>
              <td>
                <FeatureName feature={row.feature} view={view} />
              </td>
              <td>
                <span aria-hidden="true" className="block h-2 w-full min-w-24 overflow-hidden rounded-full bg-sunken">
                  <span
                    className="block h-full rounded-full bg-chart-1"
                    style={{ width: `${(Number(row.credits) / most) * 100}%` }}
                  />
                </span>
              </td>
              <td className="num text-right">{formatCount(row.calls)}</td>
              <td className="num text-right">{formatDecimalText(row.credits)}</td>
              <td className="num text-right" title={otherCurrencies(row.costs)}>
                {row.costs.length > 0 ? formatSums(row.costs) : <Nothing />}
              </td>
              <td className="num text-right">{perCall(row) ?? <Nothing />}</td>
              <td className="num text-right">
                {row.latencyMs === undefined ? <Nothing /> : formatDuration(row.latencyMs)}
              </td>
              <td className="num text-right">{row.told === 0 ? <Nothing /> : formatShare(row.failed, row.told)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <CsvLink rows={[[columns.feature, ...heads], ...plain]} fileName="ai-by-feature" className="my-2 mr-4" />
    </div>
  );
}

/** Features that the portal knows have names; others are called as organisations call them. */
export function featureLabel(feature: string): string {
  return labels[feature] ?? feature;
}

/** The others are no filter. */
function FeatureName({ feature, view }: Pick<FeaturesProps, 'view'> & { readonly feature: string }) {
  const label = featureLabel(feature);
  if (feature === otherFeatures) return label;
  return (
    <Link
      href={listHref(view.path, changeParams(view.windowed, { feature }))}
      prefetch={false}
      className="hover:underline"
    >
      {label}
    </Link>
  );
}

function perCall({ costs, calls }: FeatureUse): string | undefined {
  const [main] = costs;
  if (!main || calls === 0) return undefined;
  return formatMoney((main.minor * 2n + BigInt(calls)) / (BigInt(calls) * 2n), main.currency);
}
