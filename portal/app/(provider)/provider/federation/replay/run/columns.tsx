import {
  filterCell,
  idCell,
  orgColumn,
  rowCell,
  sortedColumn,
  textCell,
  timeCell,
  wordColumn,
} from '../../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../../components/list/cells.tsx';
import { Nothing } from '../../../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../../../components/status-badge.tsx';
import type { Column } from '../../../../../../components/table/data-table.tsx';
import { formatCount } from '../../../../../../format/numbers.ts';
import { replays } from '../../../../../../messages/en-replays.ts';
import type { ReplayState } from '../../../../../../services/provider/federation-replay-list.ts';
import type { ReplayItem } from '../../../../../../services/provider/federation-replay.service.ts';

const { columns } = replays;

export function itemColumns(context: CellContext): readonly Column<ReplayItem>[] {
  return [
    {
      id: 'event',
      width: 150,
      head: columns.event,
      cell: ({ eventId }) => rowCell(idCell(eventId)),
    },
    orgColumn(),
    { id: 'type', width: 136, head: columns.type, cell: ({ type }) => textCell(type) },
    {
      id: 'state',
      width: 148,
      head: columns.state,
      cell: ({ state }) => filterCell('state', state, itemBadge(state)),
    },
    { id: 'code', width: 172, head: columns.code, cell: (item) => <Because item={item} /> },
    wordColumn({
      name: 'expected',
      width: 148,
      head: columns.expected,
      valueOf: ({ expected }) => expected,
      show: ({ expected }) => expected && replays.expected[expected],
    }),
    {
      id: 'writes',
      width: 132,
      head: columns.writes,
      cell: ({ writes }) =>
        writes.length === 0 ? undefined : (
          <span title={writes.join('\n')}>{replays.writesOf(formatCount(writes.length))}</span>
        ),
    },
    {
      id: 'ordered',
      width: 108,
      head: columns.ordered,
      cell: ({ orderedAt }) => timeCell(orderedAt, context, 'second'),
    },
    sortedColumn(context, columns.received),
  ];
}

const tones = {
  chosen: 'plain',
  eligible: 'info',
  ordered: 'info',
  applied: 'ok',
  rejected: 'bad',
  already_applied: 'plain',
  skipped: 'warn',
} as const satisfies Record<ReplayState, Tone>;

export function ItemBadge({ state }: { readonly state: ReplayState }) {
  return <StatusBadge {...itemBadge(state)} />;
}

function itemBadge(state: ReplayState): Badge {
  return { tone: tones[state], label: replays.states[state] };
}

/** Why it was skipped or rejected; before that, why the plan foresees it. */
export function Because({ item: { state, code, expectedCode } }: { readonly item: ReplayItem }) {
  const told = code ?? (state === 'eligible' ? expectedCode : undefined);
  if (told === undefined) return <Nothing />;
  return (
    <span className="block truncate" title={told}>
      {reasonText(told)}
    </span>
  );
}

export function reasonText(code: string): string {
  return Object.entries(replays.skipReasons).find(([name]) => name === code)?.[1] ?? code;
}
