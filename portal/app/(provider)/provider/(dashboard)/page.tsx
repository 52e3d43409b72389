import type { Metadata } from 'next';
import { can } from '../../../../auth/access.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { EmptyState } from '../../../../components/empty-state.tsx';
import { PageHead } from '../../../../components/page-head.tsx';
import { messages } from '../../../../messages/en.ts';
import { readPreferences } from '../../../../preferences/read-preferences.ts';
import { now } from '../../../../server/now.ts';
import { Operations } from './operations.tsx';

export const metadata: Metadata = { title: messages.dashboard.title };

export default async function Dashboard() {
  const staff = await requireAccess('dashboard');
  const preferences = await readPreferences();
  const at = now();
  const hasOperations = can(staff, 'dashboard', 'operations');
  return (
    <>
      <PageHead
        title={messages.dashboard.title}
        purpose={messages.dashboard.purpose}
        {...(hasOperations && { through: { at, zone: preferences.zone } })}
      />
      {hasOperations ? (
        <Operations staff={staff} preferences={preferences} at={at} />
      ) : (
        <div className="card">
          <EmptyState title={messages.dashboard.noCardsTitle} text={messages.dashboard.noCardsText} />
        </div>
      )}
    </>
  );
}
