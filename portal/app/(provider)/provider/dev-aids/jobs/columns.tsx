import type { SlotStatus } from '#domain/jobs';
import {
  filterCell,
  rowCell,
  sortedColumn,
  textCell,
  timeCell,
  wordColumn,
} from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../../components/status-badge.tsx';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { formatCount, nothing } from '../../../../../format/numbers.ts';
import { formatDuration } from '../../../../../format/times.ts';
import { jobs } from '../../../../../messages/en-dev-aids.ts';
import type { JobSlot } from '../../../../../services/provider/jobs.service.ts';

const { columns } = jobs;

export function jobColumns(context: CellContext): readonly Column<JobSlot>[] {
  return [
    {
      id: 'slot',
      width: 156,
      head: columns.slot,
      cell: ({ slot }) => rowCell(slot),
    },
    wordColumn({ name: 'job', width: 132, head: columns.job, valueOf: ({ job }) => job }),
    {
      id: 'status',
      width: 104,
      head: columns.status,
      cell: ({ status }) => filterCell('status', status, slotBadge(status)),
    },
    {
      id: 'failed',
      width: 96,
      head: columns.failed,
      isNumber: true,
      cell: ({ failedOrgs }) =>
        failedOrgs === 0 ? undefined : <span className="text-bad-text">{formatCount(failedOrgs)}</span>,
    },
    {
      id: 'took',
      width: 96,
      head: columns.took,
      isNumber: true,
      cell: (slot) => formatDuration(tookOf(slot)),
    },
    { id: 'did', width: 204, head: columns.did, cell: (slot) => textCell(didOf(slot)) },
    {
      id: 'finished',
      width: 128,
      head: columns.finished,
      cell: ({ finishedAt }) => timeCell(finishedAt, context),
    },
    sortedColumn(context, columns.started),
  ];
}

const tones = {
  running: 'info',
  done: 'ok',
  partial: 'warn',
  failed: 'bad',
  covered: 'plain',
} as const satisfies Record<SlotStatus, Tone>;

export function SlotBadge({ status }: { readonly status: SlotStatus }) {
  return <StatusBadge {...slotBadge(status)} />;
}

function slotBadge(status: SlotStatus): Badge {
  return { tone: tones[status], label: jobs.statuses[status] };
}

function tookOf({ startedAt, finishedAt }: JobSlot): number | undefined {
  return finishedAt === undefined ? undefined : finishedAt - startedAt;
}

/** What was counted above 0: "lines 12, periods 3". */
export function didOf({ counts }: JobSlot): string {
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  return told.map(([name, count]) => jobs.did(wordsOf(name), formatCount(count))).join(', ') || nothing;
}

/** "monthsSummarized" as "months summarized". */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
