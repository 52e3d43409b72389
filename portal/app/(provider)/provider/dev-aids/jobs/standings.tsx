import type { ReactNode } from 'react';
import { CsvLink } from '../../../../../components/charts/csv-link.tsx';
import { Nothing } from '../../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { instantText } from '../../../../../format/instant-text.ts';
import { formatDuration, zonedHead } from '../../../../../format/times.ts';
import { jobs } from '../../../../../messages/en-dev-aids.ts';
import type { JobStanding } from '../../../../../services/provider/jobs.service.ts';
import { SlotBadge } from './columns.tsx';

const { columns } = jobs;

interface StandingsProps {
  readonly rows: readonly JobStanding[];
  readonly zone: string;
  readonly now: number;
  readonly actionOf: (standing: JobStanding) => ReactNode;
}

/** Each job: what ran last, how old the newest good slot is, and when the next is due. */
export function JobStandings({ rows, zone, now, actionOf }: StandingsProps) {
  return (
    <>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={jobs.standings}>
        <table className="data-table" style={{ minWidth: 960 }}>
          <thead>
            <tr>
              <th scope="col">{columns.job}</th>
              <th scope="col">{zonedHead(columns.last, zone, now)}</th>
              <th scope="col">{columns.outcome}</th>
              <th scope="col" className="text-right!">
                {columns.failed}
              </th>
              <th scope="col">{columns.good}</th>
              <th scope="col">{columns.lag}</th>
              <th scope="col">{columns.next}</th>
              <th scope="col">
                <span className="sr-only">{jobs.run}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.job}>
                <th scope="row" className="font-medium" title={jobs.does[row.job]}>
                  {row.job}
                </th>
                <td>{row.last ? <Time at={row.last.startedAt} zone={zone} style="minute" /> : jobs.never}</td>
                <td>{row.last ? <SlotBadge status={row.last.status} /> : <Nothing />}</td>
                <td className="num text-right">{row.last ? formatCount(row.last.failedOrgs) : <Nothing />}</td>
                <td className="num">{row.good ?? <Nothing />}</td>
                <td>
                  <StatusBadge tone={row.isLate ? 'bad' : 'ok'} label={row.isLate ? jobs.late : jobs.onTime} />
                  <span className="num ml-2 text-fg-2">{formatDuration(row.lagMs)}</span>
                </td>
                <td>
                  <Time at={row.nextAt} zone={zone} style="minute" />
                </td>
                <td className="text-right">{actionOf(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <CsvLink rows={[heads, ...rows.map(plainOf)]} fileName="jobs" className="my-2 mr-4" />
    </>
  );
}

const heads = [
  columns.job,
  `${columns.last} (UTC)`,
  columns.outcome,
  columns.failed,
  columns.good,
  columns.lag,
  columns.lagMs,
  `${columns.next} (UTC)`,
];

/** The same for programs: instants in UTC. */
function plainOf({ job, last, good, isLate, lagMs, nextAt }: JobStanding): readonly string[] {
  return [
    job,
    last ? instantText(last.startedAt) : '',
    last?.status ?? '',
    last ? String(last.failedOrgs) : '',
    good ?? '',
    isLate ? jobs.late : jobs.onTime,
    lagMs === undefined ? '' : String(lagMs),
    instantText(nextAt),
  ];
}
