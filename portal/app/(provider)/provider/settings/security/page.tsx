import type { Metadata } from 'next';
import { requireAccessToOwnSecurity } from '../../../../../auth/current-staff.ts';
import { readFactors } from '../../../../../auth/factors.ts';
import { Card } from '../../../../../components/card.tsx';
import { PageHead } from '../../../../../components/page-head.tsx';
import { settings } from '../../../../../messages/en-settings.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { database } from '../../../../../server/database.ts';
import { readOwnSessions } from '../../../../../services/provider/sessions.service.ts';
import { FactorList } from './factor-list.tsx';
import { SessionTable } from './session-table.tsx';

const copy = settings.security;

export const metadata: Metadata = { title: copy.title };

export default async function SecurityPage() {
  const staff = await requireAccessToOwnSecurity();
  const [factors, sessions, { zone }] = await Promise.all([
    readFactors(database().pool, staff.id),
    readOwnSessions(staff),
    readPreferences(),
  ]);
  return (
    <>
      <PageHead title={settings.title} purpose={copy.purpose} />
      {staff.mustEnrol && (
        <p role="status" className="rounded-card bg-warn-soft px-4 py-3 text-warn-text">
          {copy.mustEnrol}
        </p>
      )}
      <Card title={copy.factors}>
        <FactorList factors={factors} />
      </Card>
      <Card title={copy.sessions}>
        <SessionTable sessions={sessions} zone={zone} />
      </Card>
    </>
  );
}
