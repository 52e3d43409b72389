import {
  CellLink,
  IdCell,
  Nothing,
  orgColumn,
  RowLink,
  sortedColumn,
  TextCell,
  TimeCell,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
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
      cell: ({ key, id, name }) => (
        <RowLink context={context} id={key.id}>
          {name === undefined ? <IdCell id={id} /> : <bdi title={id}>{name}</bdi>}
        </RowLink>
      ),
    },
    orgColumn(context),
    {
      id: 'scopes',
      width: 124,
      head: columns.scopes,
      cell: ({ scopes }) => <Scopes context={context} scopes={scopes} />,
    },
    {
      id: 'state',
      width: 116,
      head: columns.state,
      cell: (row) => (
        <CellLink context={context} name="state" value={row.state} column={columns.state}>
          <KeyBadge row={row} zone={context.zone} />
        </CellLink>
      ),
    },
    {
      id: 'lastUsed',
      width: 124,
      head: columns.lastUsed,
      cell: ({ lastUsedAt }) =>
        lastUsedAt === undefined ? (
          <span className="text-fg-3">{keys.never}</span>
        ) : (
          <TimeCell at={lastUsedAt} zone={context.zone} />
        ),
    },
    {
      id: 'expires',
      width: 116,
      head: columns.expires,
      cell: ({ expiresAt }) =>
        expiresAt === undefined ? <Nothing /> : <TimeCell at={expiresAt} zone={context.zone} style="day" />,
    },
    {
      id: 'createdBy',
      width: 128,
      head: columns.createdBy,
      cell: ({ createdBy }) => <TextCell text={createdBy} />,
    },
    sortedColumn(context, columns.created),
  ];
}

function Scopes({ context, scopes }: { readonly context: CellContext; readonly scopes: readonly string[] }) {
  return (
    <span className="flex gap-2">
      {scopes.map((scope) => (
        <CellLink key={scope} context={context} name="scope" value={scope} column={columns.scopes}>
          {scope}
        </CellLink>
      ))}
    </span>
  );
}

const tones = { active: 'ok', rotating: 'info', expired: 'warn', disabled: 'plain' } as const satisfies Record<
  KeyState,
  Tone
>;

export function KeyBadge({
  row,
  zone,
}: {
  readonly row: Pick<KeyRow, 'state' | 'rotatingUntil'>;
  readonly zone: string;
}) {
  const { state, rotatingUntil: until } = row;
  const hint =
    until === undefined
      ? undefined
      : keys.rotatingUntil(`${formatInstant(until, zone, 'minute')} ${zoneLabel(zone, until)}`);
  return <StatusBadge tone={tones[state]} label={keys.states[state]} hint={hint} />;
}
