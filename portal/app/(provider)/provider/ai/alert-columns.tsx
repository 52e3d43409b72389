import Link from 'next/link';
import {
  orgColumn,
  rowCell,
  sortedColumn,
  TimeCell,
  timeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext, InZone } from '../../../../components/list/cells.tsx';
import { Nothing } from '../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Badge } from '../../../../components/status-badge.tsx';
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
      cell: ({ month }) => rowCell(formatMonth(month)),
    },
    orgColumn(),
    wordColumn({
      name: 'level',
      width: 92,
      head: columns.level,
      valueOf: ({ level }) => String(level),
      show: ({ level }) => levelBadge(level),
    }),
    ...standingColumns(context),
    sortedColumn(context, columns.reached),
  ];
}

/** Of the newest alerts, each of which leads to its organisation. */
export function newestColumns(context: InZone): Columns {
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
    { id: 'level', width: 92, head: columns.level, cell: ({ level }) => levelBadge(level) },
    ...standingColumns(context),
    {
      id: 'reached',
      width: 132,
      head: columns.reached,
      cell: ({ key }) => timeCell(key.at, context),
    },
  ];
}

/** How the organisation stands, and what staff know of it. */
function standingColumns(context: InZone): Columns {
  const { zone } = context;
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
  return <StatusBadge {...levelBadge(level)} />;
}

function levelBadge(level: number): Badge {
  return { tone: level >= full ? 'bad' : 'warn', label: ai.level(level) };
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
