import type { Metadata } from 'next';
import { requireAccessToOwnSecurity } from '../../../../../auth/current-staff.ts';
import { readFactors } from '../../../../../auth/factors.ts';
import { Card } from '../../../../../components/card.tsx';
import { settings } from '../../../../../messages/en-settings.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { proofContext } from '../../../../../server/proof-context.ts';
import { readOwnSessions } from '../../../../../services/provider/sessions.service.ts';
import { SettingsFrame } from '../frame.tsx';
import { deviceName } from '../../../../../format/devices.ts';
import { EndSession } from './end-session.tsx';
import { FactorList } from './factor-list.tsx';
import { SessionTable } from './session-table.tsx';

const copy = settings.security;

export const metadata: Metadata = { title: settings.tabs.security };

export default async function SecurityPage() {
  const staff = await requireAccessToOwnSecurity();
  const { db, party } = proofContext();
  const [factors, sessions, { zone }] = await Promise.all([
    readFactors(db, staff.id),
    readOwnSessions(staff),
    readPreferences(),
  ]);
  return (
    <SettingsFrame staff={staff} tab="security">
      {staff.mustEnrol && (
        <p role="status" className="rounded-card bg-warn-soft px-4 py-3 text-warn-text">
          {copy.mustEnrol}
        </p>
      )}
      <div id="factors">
        <Card title={copy.factors}>
          <FactorList
            factors={factors}
            canAddPasskeys={party !== undefined}
            zone={zone}
            device={deviceName(sessions.find(({ isOwn }) => isOwn)?.userAgent)}
          />
        </Card>
      </div>
      <div id="sessions">
        <Card title={copy.sessions} aside={sessions.length > 1 && <EndSession label={copy.endOthersLabel} />}>
          <SessionTable sessions={sessions} zone={zone} />
        </Card>
      </div>
    </SettingsFrame>
  );
}
