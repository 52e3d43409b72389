import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { Time } from '../../../../../components/time.tsx';
import { deviceName } from '../../../../../format/devices.ts';
import { nothing } from '../../../../../format/numbers.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import type { SessionRow } from '../../../../../services/provider/sessions.service.ts';

const copy = settings.security;

export function SessionTable({ sessions, zone }: { readonly sessions: readonly SessionRow[]; readonly zone: string }) {
  return (
    <div className="table-frame">
      <div className="overflow-x-auto">
        <table className="data-table">
          <caption className="sr-only">{copy.sessions}</caption>
          <thead>
            <tr>
              {Object.values(copy.columns).map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <tr key={session.id}>
                <td title={session.userAgent}>
                  <span className="flex items-center gap-2">
                    {deviceName(session.userAgent) ?? copy.unknownDevice}
                    {session.isOwn && <StatusBadge tone="ok" label={copy.thisSession} />}
                  </span>
                </td>
                <td className="num">{session.address ?? nothing}</td>
                <td>
                  <Time at={session.createdAt} zone={zone} style="minute" />
                </td>
                <td>
                  <Time at={session.lastSeenAt} zone={zone} style="minute" />
                </td>
                <td>{session.hasTwoFactors ? copy.twoFactors : copy.oneFactor}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
