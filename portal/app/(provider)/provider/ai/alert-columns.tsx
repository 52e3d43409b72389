import Link from 'next/link';
import { Nothing, orgColumn, RowLink, sortedColumn, TimeCell, wordColumn } from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatDecimalText } from '../../../../format/numbers.ts';
import { formatMonth } from '../../../../format/times.ts';
import { ai, aiAlerts } from '../../../../messages/en-ai.ts';
import { messages } from '../../../../messages/en.ts';
import { aiOrgPath } from '../../../../paths.ts';
import type { AiAlertRow } from '../../../../services/provider/ai-alerts.service.ts';
import { ShownAcknowledged, ShownMuted } from './shown-alert.tsx';

const { alertColumns: columns } = ai;
const full = 100;

type Columns = readonly Column<AiAlertRow>[];

/** Of the list of alerts. */
export function alertColumns(context: CellContext): Columns {
  return [
    {
      id: 'alert',
      width: 96,
      head: aiAlerts.month,
      cell: ({ key, month }) => (
        <RowLink context={context} id={key.id}>
          <span className="num">{formatMonth(month)}</span>
        </RowLink>
      ),
    },
    orgColumn(context),
    wordColumn(context, {
      name: 'level',
      width: 92,
      head: columns.level,
      valueOf: ({ level }) => String(level),
      show: ({ level }) => <LevelBadge level={level} />,
    }),
    ...standingColumns(context.zone),
    sortedColumn(context, columns.reached),
  ];
}

/** Of the newest alerts, each of which leads to its organisation. */
export function newestColumns(zone: string): Columns {
  return [
    {
      id: 'org',
      width: 180,
      head: messages.lists.organisation,
      cell: ({ org }) => (
        <Link href={aiOrgPath(org.id)} prefetch={false} className="block truncate hover:underline">
          <bdi>{org.name}</bdi>
        </Link>
      ),
    },
    { id: 'level', width: 92, head: columns.level, cell: ({ level }) => <LevelBadge level={level} /> },
    ...standingColumns(zone),
    {
      id: 'reached',
      width: 132,
      head: columns.reached,
      cell: ({ key }) => <TimeCell at={key.at} zone={zone} />,
    },
  ];
}

/** How the organisation stands, and what staff know of it. */
function standingColumns(zone: string): Columns {
  return [
    { id: 'used', width: 172, head: columns.used, isNumber: true, cell: (row) => <Used row={row} /> },
    { id: 'exhausted', width: 112, head: columns.exhausted, cell: (row) => <RunsOut row={row} zone={zone} /> },
    {
      id: 'notified',
      width: 116,
      head: columns.notified,
      cell: ({ key, isMuted, notifiedAt }) => (
        <ShownMuted row={key.id} isMuted={isMuted}>
          <TimeCell at={notifiedAt} zone={zone} />
        </ShownMuted>
      ),
    },
    {
      id: 'acknowledged',
      width: 188,
      head: columns.acknowledged,
      cell: ({ key, acknowledgedAt, acknowledgedBy }) => (
        <ShownAcknowledged row={key.id}>
          <TimeCell at={acknowledgedAt} zone={zone} />{' '}
          {acknowledgedBy !== undefined && <bdi title={acknowledgedBy}>{ai.acknowledgedBy(acknowledgedBy)}</bdi>}
        </ShownAcknowledged>
      ),
    },
  ];
}

export function LevelBadge({ level }: { readonly level: number }) {
  return <StatusBadge tone={level >= full ? 'bad' : 'warn'} label={ai.level(level)} />;
}

export function Used({ row: { standing } }: { readonly row: AiAlertRow }) {
  if (!standing) return <Nothing />;
  return (
    <>
      {formatDecimalText(standing.used)} / {formatDecimalText(standing.limit)}
      {standing.isRaised && <span className="text-fg-2"> {ai.raised}</span>}
    </>
  );
}

export function RunsOut({ row: { standing }, zone }: { readonly row: AiAlertRow; readonly zone: string }) {
  if (standing && standing.share >= 1) return ai.exhausted;
  return <TimeCell at={standing?.exhaustedAt} zone={zone} style="day" />;
}
