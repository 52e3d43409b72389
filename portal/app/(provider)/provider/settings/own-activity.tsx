import Link from 'next/link';
import { Code } from '../../../../components/panel/properties.tsx';
import { TimeCell } from '../../../../components/list/cells.tsx';
import { listHref } from '../../../../lists/list-href.ts';
import { audit } from '../../../../messages/en-audit.ts';
import { paths } from '../../../../paths.ts';
import type { OwnDeed } from '../../../../services/provider/own-activity.service.ts';
import { OutcomeBadge } from '../audit/columns.tsx';
import { instantText } from '../../../../format/instant-text.ts';
import type { SimpleColumn } from './simple-table.tsx';

const { columns } = audit;

/** What the member did; the time opens the entry for whoever sees all of them. */
export function deedColumns(zone: string, opensEntries: boolean): readonly SimpleColumn<OwnDeed>[] {
  return [
    {
      id: 'time',
      head: columns.time,
      sorted: 'descending',
      cell: ({ id, at }) =>
        opensEntries ? (
          <Link
            href={listHref(paths.audit, new URLSearchParams({ row: id }))}
            prefetch={false}
            className="text-accent-text hover:underline"
          >
            <TimeCell at={at} zone={zone} />
          </Link>
        ) : (
          <TimeCell at={at} zone={zone} />
        ),
      text: ({ at }) => instantText(at),
    },
    { id: 'action', head: columns.action, cell: ({ action }) => action, text: ({ action }) => action },
    {
      id: 'entity',
      head: columns.entity,
      cell: ({ subject }) => <Code>{subject}</Code>,
      text: ({ subject }) => subject,
    },
    {
      id: 'outcome',
      head: columns.outcome,
      cell: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
      text: ({ outcome }) => outcome,
    },
  ];
}
