import Link from 'next/link';
import { Nothing } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import { formatCount, formatDecimalText } from '../../../../format/numbers.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { ai } from '../../../../messages/en-ai.ts';
import { messages } from '../../../../messages/en.ts';
import { paths } from '../../../../paths.ts';
import type { AiStanding, FeatureUse } from '../../../../services/provider/ai.service.ts';

const { standing } = ai;
const amounts = ['granted', 'used', 'expired', 'remaining', 'overage'] as const;
const full = 100;

export function Features({ rows }: { readonly rows: readonly FeatureUse[] }) {
  if (rows.length === 0) return <p className="px-4 pb-4 text-fg-2">{ai.byFeatureEmpty}</p>;
  return (
    <div className="table-frame">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{ai.columns.feature}</th>
            <th scope="col" className="text-right!">
              {ai.kpis.uses.label}
            </th>
            <th scope="col" className="text-right!">
              {ai.columns.credits}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ feature, uses, credits }) => (
            <tr key={feature}>
              <td>
                <Link
                  href={listHref(paths.ai, new URLSearchParams({ feature, from: 'mtd' }))}
                  prefetch={false}
                  className="hover:underline"
                >
                  <bdi>{feature}</bdi>
                </Link>
              </td>
              <td className="num text-right">{formatCount(uses)}</td>
              <td className="num text-right">{formatDecimalText(credits)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Standings({ rows }: { readonly rows: readonly AiStanding[] }) {
  if (rows.length === 0) return <p className="px-4 pb-4 text-fg-2">{ai.standingsEmpty}</p>;
  return (
    <div className="overflow-x-auto rounded-b-card" tabIndex={0} role="region" aria-label={ai.standings}>
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">{messages.lists.organisation}</th>
            <th scope="col">{standing.level}</th>
            {amounts.map((name) => (
              <th key={name} scope="col" className="text-right!">
                {standing[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.org.id}>
              <td>
                <Link
                  href={listHref(paths.ai, new URLSearchParams({ org: row.org.id }))}
                  prefetch={false}
                  className="hover:underline"
                >
                  <bdi>{row.org.name}</bdi>
                </Link>
              </td>
              <td>
                {row.level === undefined ? (
                  <Nothing />
                ) : (
                  <StatusBadge tone={row.level >= full ? 'bad' : 'warn'} label={ai.reached(row.level)} />
                )}
              </td>
              {amounts.map((name) => (
                <td key={name} className="num text-right">
                  {formatDecimalText(row[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
