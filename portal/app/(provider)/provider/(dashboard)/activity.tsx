import Link from 'next/link';
import { Time } from '../../../../components/time.tsx';
import { zonedHead } from '../../../../format/times.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { audit } from '../../../../messages/en-audit.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { paths } from '../../../../paths.ts';
import type { AuditRow } from '../../../../services/provider/audit.service.ts';

const { columns } = audit;

interface ActivityProps {
  readonly rows: readonly AuditRow[];
  readonly zone: string;
  readonly at: number;
}

export function Activity({ rows, zone, at }: ActivityProps) {
  const heads = [zonedHead(columns.time, zone, at), columns.actor, columns.action, columns.entity, columns.outcome];
  return (
    <div className="overflow-x-auto rounded-b-card" tabIndex={0} role="region" aria-label={dashboard.activityCaption}>
      <table className="data-table">
        <caption className="sr-only">{dashboard.activityCaption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, actor, action, subject, outcome }) => (
            <tr key={key.id}>
              <td className="whitespace-nowrap">
                <Link
                  href={listHref(paths.audit, new URLSearchParams({ row: key.id }))}
                  prefetch={false}
                  className="hover:underline"
                >
                  <Time at={key.at} zone={zone} />
                </Link>
              </td>
              <td className="max-w-48 truncate">
                <bdi>{actor}</bdi>
              </td>
              <td>{action}</td>
              <td className="max-w-60 truncate font-mono text-code text-fg-2">{subject}</td>
              <td>{outcome}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
