import Link from 'next/link';
import type { ReactNode } from 'react';
import { TextCell, TimeCell } from '../../../../../components/list/cells.tsx';
import { Nothing } from '../../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { formatBytes, formatCount } from '../../../../../format/numbers.ts';
import { listHref } from '../../../../../lists/list-href.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { paths } from '../../../../../paths.ts';
import type { ExportRow, KeptRow } from '../../../../../services/provider/kept-data.service.ts';
import { instantText } from '../../../../../format/instant-text.ts';
import type { SimpleColumn } from '../simple-table.tsx';

const copy = settings.data;

export const keptColumns: readonly SimpleColumn<KeptRow>[] = [
  {
    id: 'what',
    head: copy.columns.what,
    cell: ({ kind }) => <span className="font-medium">{copy.kinds[kind]}</span>,
    text: ({ kind }) => copy.kinds[kind],
  },
  {
    id: 'kept',
    head: copy.columns.kept,
    cell: ({ kind }) => copy.periods[kind],
    text: ({ kind }) => copy.periods[kind],
  },
  {
    id: 'rows',
    head: copy.columns.rows,
    isNumber: true,
    cell: ({ rows }) => formatCount(rows),
    text: ({ rows }) => String(rows),
  },
  {
    id: 'size',
    head: copy.columns.size,
    isNumber: true,
    cell: ({ bytes }) => formatBytes(bytes),
    text: ({ bytes }) => String(bytes),
  },
];

export function exportColumns(zone: string): readonly SimpleColumn<ExportRow>[] {
  const { exportColumns: heads } = copy;
  return [
    {
      id: 'time',
      head: heads.time,
      sorted: 'descending',
      cell: ({ id, at }) => (
        <EntryLink id={id}>
          <TimeCell at={at} zone={zone} />
        </EntryLink>
      ),
      text: ({ at }) => instantText(at),
    },
    { id: 'actor', head: heads.actor, cell: ({ actor }) => <TextCell text={actor} />, text: ({ actor }) => actor },
    { id: 'list', head: heads.list, cell: ({ list }) => <TextCell text={list} />, text: ({ list }) => list },
    {
      id: 'rows',
      head: heads.rows,
      isNumber: true,
      cell: ({ rows }) => (rows === undefined ? <Nothing /> : formatCount(rows)),
      text: ({ rows }) => String(rows ?? ''),
    },
    {
      id: 'size',
      head: heads.size,
      isNumber: true,
      cell: ({ bytes }) => (bytes === undefined ? <Nothing /> : formatBytes(bytes)),
      text: ({ bytes }) => String(bytes ?? ''),
    },
    {
      id: 'outcome',
      head: heads.outcome,
      cell: ({ outcome }) => <StatusBadge tone={outcome === 'ok' ? 'ok' : 'bad'} label={outcome} />,
      text: ({ outcome }) => outcome,
    },
  ];
}

/** Opens the audit entry of the file. */
function EntryLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <Link
      href={listHref(paths.audit, new URLSearchParams({ row: id }))}
      prefetch={false}
      className="text-accent-text hover:underline"
    >
      {children}
    </Link>
  );
}
