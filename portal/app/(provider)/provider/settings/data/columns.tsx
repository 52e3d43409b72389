import { Nothing, TextCell, TimeCell } from '../../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { formatBytes, formatCount } from '../../../../../format/numbers.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import type { ExportRow, KeptRow } from '../../../../../services/provider/kept-data.service.ts';
import type { SimpleColumn } from '../simple-table.tsx';

const copy = settings.data;

export const keptColumns: readonly SimpleColumn<KeptRow>[] = [
  {
    id: 'what',
    head: copy.columns.what,
    cell: ({ kind }) => <span className="font-medium">{copy.kinds[kind]}</span>,
  },
  { id: 'kept', head: copy.columns.kept, cell: ({ kind }) => copy.periods[kind] },
  { id: 'rows', head: copy.columns.rows, isNumber: true, cell: ({ rows }) => formatCount(rows) },
  { id: 'size', head: copy.columns.size, isNumber: true, cell: ({ bytes }) => formatBytes(bytes) },
];

export function exportColumns(zone: string): readonly SimpleColumn<ExportRow>[] {
  const { exportColumns: heads } = copy;
  return [
    { id: 'time', head: heads.time, sorted: 'descending', cell: ({ at }) => <TimeCell at={at} zone={zone} /> },
    { id: 'actor', head: heads.actor, cell: ({ actor }) => <TextCell text={actor} /> },
    { id: 'list', head: heads.list, cell: ({ list }) => <TextCell text={list} /> },
    {
      id: 'rows',
      head: heads.rows,
      isNumber: true,
      cell: ({ rows }) => (rows === undefined ? <Nothing /> : formatCount(rows)),
    },
    {
      id: 'size',
      head: heads.size,
      isNumber: true,
      cell: ({ bytes }) => (bytes === undefined ? <Nothing /> : formatBytes(bytes)),
    },
    {
      id: 'outcome',
      head: heads.outcome,
      cell: ({ outcome }) => <StatusBadge tone={outcome === 'ok' ? 'ok' : 'bad'} label={outcome} />,
    },
  ];
}
