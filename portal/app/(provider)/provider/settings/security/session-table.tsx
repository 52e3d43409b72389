import { TimeCell } from '../../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { deviceName } from '../../../../../format/devices.ts';
import { nothing } from '../../../../../format/numbers.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import type { SessionRow } from '../../../../../services/provider/sessions.service.ts';
import { instantText } from '../../../../../format/instant-text.ts';
import { EndSession } from './end-session.tsx';
import { SimpleTable } from '../simple-table.tsx';
import type { SimpleColumn } from '../simple-table.tsx';

const copy = settings.security;

export function SessionTable({ sessions, zone }: { readonly sessions: readonly SessionRow[]; readonly zone: string }) {
  const columns = [...sessionColumns(zone), endColumn];
  return <SimpleTable caption={copy.sessions} columns={columns} rows={sessions} rowId={({ id }) => id} />;
}

const endColumn: SimpleColumn<SessionRow> = {
  id: 'end',
  head: copy.columns.end,
  isNumber: true,
  cell: ({ id, isOwn, userAgent }) =>
    !isOwn && <EndSession sessionId={id} label={copy.endLabel(deviceName(userAgent) ?? copy.unknownDevice)} />,
};

function factorsText({ hasTwoFactors }: SessionRow): string {
  return hasTwoFactors ? copy.twoFactors : copy.oneFactor;
}

export function sessionColumns(zone: string): readonly SimpleColumn<SessionRow>[] {
  const { columns } = copy;
  return [
    {
      id: 'device',
      head: columns.device,
      cell: ({ userAgent, isOwn }) => (
        <span className="flex items-center gap-2" title={userAgent}>
          {deviceName(userAgent) ?? copy.unknownDevice}
          {isOwn && <StatusBadge tone="ok" label={copy.thisSession} />}
        </span>
      ),
      text: ({ userAgent }) => deviceName(userAgent) ?? copy.unknownDevice,
    },
    {
      id: 'address',
      head: columns.address,
      cell: ({ address }) => <span className="num">{address ?? nothing}</span>,
      text: ({ address }) => address ?? '',
    },
    {
      id: 'since',
      head: columns.since,
      cell: ({ createdAt }) => <TimeCell at={createdAt} zone={zone} />,
      text: ({ createdAt }) => instantText(createdAt),
    },
    {
      id: 'seen',
      head: columns.seen,
      sorted: 'descending',
      cell: ({ lastSeenAt }) => <TimeCell at={lastSeenAt} zone={zone} />,
      text: ({ lastSeenAt }) => instantText(lastSeenAt),
    },
    {
      id: 'factors',
      head: columns.factors,
      cell: factorsText,
      text: factorsText,
    },
  ];
}
