import {
  filterCell,
  idCell,
  orgColumn,
  rowCell,
  sortedColumn,
  textCell,
  timeCell,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatInstant, zoneLabel } from '../../../../format/times.ts';
import { keys } from '../../../../messages/en-keys.ts';
import type { KeyState } from '../../../../services/provider/federation-keys-list.ts';
import type { KeyRow } from '../../../../services/provider/federation-keys.service.ts';

const { columns } = keys;

export function keyColumns(context: CellContext): readonly Column<KeyRow>[] {
  return [
    {
      id: 'key',
      width: 168,
      head: columns.key,
      cell: ({ id, name }) => (name === undefined ? rowCell(idCell(id)) : rowCell(name, id)),
    },
    orgColumn(),
    {
      id: 'scopes',
      width: 124,
      head: columns.scopes,
      cell: ({ scopes }) => ({ several: scopes.map((scope) => filterCell('scope', scope)) }),
    },
    {
      id: 'state',
      width: 116,
      head: columns.state,
      cell: (row) => filterCell('state', row.state, keyBadge(row, context.zone)),
    },
    {
      id: 'lastUsed',
      width: 124,
      head: columns.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? { faint: keys.never } : timeCell(lastUsedAt, context)),
    },
    {
      id: 'expires',
      width: 116,
      head: columns.expires,
      cell: ({ expiresAt }) => timeCell(expiresAt, context, 'day'),
    },
    {
      id: 'createdBy',
      width: 128,
      head: columns.createdBy,
      cell: ({ createdBy }) => textCell(createdBy),
    },
    sortedColumn(context, columns.created),
  ];
}

const tones = { active: 'ok', rotating: 'info', expired: 'warn', disabled: 'plain' } as const satisfies Record<
  KeyState,
  Tone
>;

type BadgedKey = Pick<KeyRow, 'state' | 'rotatingUntil'>;

export function KeyBadge({ row, zone }: { readonly row: BadgedKey; readonly zone: string }) {
  return <StatusBadge {...keyBadge(row, zone)} />;
}

function keyBadge({ state, rotatingUntil: until }: BadgedKey, zone: string): Badge {
  const hint =
    until === undefined
      ? undefined
      : keys.rotatingUntil(`${formatInstant(until, zone, 'minute')} ${zoneLabel(zone, until)}`);
  return { tone: tones[state], label: keys.states[state], hint };
}
