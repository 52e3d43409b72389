import {
  filterCell,
  moneyColumn,
  orgColumn,
  rowCell,
  sortedTime,
  timeCell,
  TimeCell,
  wordColumn,
} from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { Nothing } from '../../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../../components/status-badge.tsx';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { codeWords } from '../../../../../format/code-words.ts';
import { invoices } from '../../../../../messages/en-billing.ts';
import { dunning } from '../../../../../messages/en-receivables.ts';
import type { OverdueRow } from '../../../../../services/provider/billing-dunning.ts';
import type { DunningState } from '../../../../../services/provider/billing-lists.ts';
import { bucketOf } from '../../../../../services/provider/billing-lists.ts';
import { invoiceName } from '../invoices/columns.tsx';

const { columns } = dunning;

export function dunningColumns(context: CellContext): readonly Column<OverdueRow>[] {
  return [
    {
      id: 'invoice',
      width: 108,
      head: columns.invoice,
      cell: (row) => rowCell(invoiceName(row), row.id),
    },
    { ...orgColumn(), width: 116 },
    moneyColumn('amount', 108, columns.amount, ({ dueMinor }) => dueMinor),
    {
      id: 'due',
      width: 116,
      ...sortedTime(context, columns.due),
      cell: ({ key }) => timeCell(key.at, context, 'day'),
    },
    {
      id: 'overdue',
      width: 72,
      head: columns.overdue,
      isNumber: true,
      cell: ({ daysOverdue }) => {
        return filterCell('bucket', bucketOf(daysOverdue), dunning.days(formatCount(daysOverdue)));
      },
    },
    {
      id: 'step',
      width: 64,
      head: columns.step,
      cell: ({ step }) => step && dunning.stepOf(step.made, step.of),
    },
    { id: 'last', width: 234, head: columns.lastAttempt, cell: (row) => <LastAttempt row={row} zone={context.zone} /> },
    {
      id: 'next',
      width: 116,
      head: columns.nextAttempt,
      cell: (row) => <NextAttempt row={row} zone={context.zone} isBrief />,
    },
    wordColumn({
      name: 'state',
      width: 136,
      head: columns.state,
      valueOf: ({ state }) => state,
      show: dunningBadge,
    }),
  ];
}

interface InZone {
  readonly row: OverdueRow;
  readonly zone: string;
}

/** The latest attempt: when, and why it failed. */
export function LastAttempt({ row: { lastAttempt, waitsFor }, zone }: InZone) {
  const waits = Object.entries(dunning.waits).find(([name]) => name === waitsFor);
  if (!lastAttempt) return waits ? <span className="text-fg-2">{waits[1]}</span> : <Nothing />;
  const { at, failure, status } = lastAttempt;
  const became = waits ? waits[1] : codeWords(failure ?? status);
  return (
    <span className="flex gap-2">
      <Time at={at} zone={zone} style="day" />
      <bdi className="truncate text-fg-2" title={became}>
        {became}
      </bdi>
    </span>
  );
}

interface NextAttemptProps extends InZone {
  /** Beside the state, which says that it is paused, the day stands alone. */
  readonly isBrief?: boolean;
}

export function NextAttempt({ row: { nextAt, state, pausedUntil }, zone, isBrief = false }: NextAttemptProps) {
  if (state !== 'paused') return <TimeCell at={nextAt} zone={zone} style="day" />;
  if (pausedUntil === undefined) return <span className="text-fg-2">{dunning.untilResumed}</span>;
  return (
    <span className="text-fg-2">
      <span className={isBrief ? 'sr-only' : undefined}>{dunning.until} </span>
      <Time at={pausedUntil} zone={zone} style="day" />
    </span>
  );
}

const tones = {
  retrying: 'info',
  exhausted: 'bad',
  ended: 'bad',
  paused: 'warn',
  none: 'plain',
} as const satisfies Record<DunningState, Tone>;

export function DunningBadge({ row }: { readonly row: OverdueRow }) {
  return <StatusBadge {...dunningBadge(row)} />;
}

function dunningBadge({ state, isParked, source }: OverdueRow): Badge {
  if (isParked) return { tone: 'warn', label: invoices.parked, hint: invoices.parkedHint };
  if (source === 'reported') return { tone: 'plain', label: dunning.elsewhere, hint: dunning.ownOfTenant };
  return { tone: tones[state], label: dunning.states[state] };
}
