import Link from 'next/link';
import { Nothing, TimeCell } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import { Time } from '../../../../components/time.tsx';
import { formatDecimalText } from '../../../../format/numbers.ts';
import { zoneLabel } from '../../../../format/times.ts';
import { ai } from '../../../../messages/en-ai.ts';
import { messages } from '../../../../messages/en.ts';
import { aiOrgPath } from '../../../../paths.ts';
import type { AiAlertRow } from '../../../../services/provider/ai-alerts.service.ts';
import { AlertMenu } from './alert-menu.tsx';

const { alertColumns: columns } = ai;
const full = 100;

interface AlertsProps {
  readonly rows: readonly AiAlertRow[];
  readonly zone: string;
  readonly now: number;
  /** Whether the member may change limits. */
  readonly mayLimit: boolean;
}

/** The levels that organisations reached this month, and what staff know of it. */
export function Alerts({ rows, zone, now, mayLimit }: AlertsProps) {
  if (rows.length === 0) return <p className="px-4 pb-4 text-fg-2">{ai.alertsEmpty}</p>;
  return (
    <div className="overflow-x-auto rounded-b-card" tabIndex={0} role="region" aria-label={ai.alerts}>
      <table className="data-table" style={{ minWidth: 940 }}>
        <thead>
          <tr>
            <th scope="col">{messages.lists.organisation}</th>
            <th scope="col">{columns.level}</th>
            <th scope="col" className="text-right!">
              {columns.used}
            </th>
            <th scope="col">{`${columns.reached} (${zoneLabel(zone, now)})`}</th>
            <th scope="col">{columns.exhausted}</th>
            <th scope="col">{columns.notified}</th>
            <th scope="col">{columns.acknowledged}</th>
            <th scope="col">
              <span className="sr-only">{messages.actions.column}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <AlertRow key={`${row.org.id} ${row.level}`} row={row} zone={zone} mayLimit={mayLimit} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AlertRow({ row, zone, mayLimit }: Pick<AlertsProps, 'zone' | 'mayLimit'> & { readonly row: AiAlertRow }) {
  const { org, level, month } = row;
  return (
    <tr>
      <td>
        <Link href={aiOrgPath(org.id)} prefetch={false} className="hover:underline">
          <bdi>{org.name}</bdi>
        </Link>
      </td>
      <td>
        <StatusBadge tone={level >= full ? 'bad' : 'warn'} label={ai.level(level)} />
      </td>
      <td className="num text-right">
        {month ? (
          <>
            {formatDecimalText(month.used)} / {formatDecimalText(month.limit)}
            {month.isRaised && <span className="text-fg-2"> {ai.raised}</span>}
          </>
        ) : (
          <Nothing />
        )}
      </td>
      <td>
        <Time at={row.reachedAt} zone={zone} style="minute" />
      </td>
      <td>
        <RunsOut row={row} zone={zone} />
      </td>
      <td>{row.isMuted ? ai.muted : <TimeCell at={row.notifiedAt} zone={zone} />}</td>
      <td>
        <TimeCell at={row.acknowledgedAt} zone={zone} />{' '}
        {row.acknowledgedBy !== undefined && <bdi>{ai.acknowledgedBy(row.acknowledgedBy)}</bdi>}
      </td>
      <td className="text-right">
        <AlertMenu
          mayLimit={mayLimit}
          alert={{
            orgId: org.id,
            orgName: org.name,
            level,
            limit: month?.limit,
            isAcknowledged: row.acknowledgedAt !== undefined,
            isMuted: row.isMuted,
          }}
        />
      </td>
    </tr>
  );
}

function RunsOut({ row: { month }, zone }: { readonly row: AiAlertRow; readonly zone: string }) {
  if (month && month.share >= 1) return ai.exhausted;
  return <TimeCell at={month?.exhaustedAt} zone={zone} style="day" />;
}
