import type { Metadata } from 'next';
import type { Route } from 'next';
import Link from 'next/link';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { Card } from '../../../../../components/card.tsx';
import { EmptyState } from '../../../../../components/empty-state.tsx';
import { settings } from '../../../../../messages/en-settings.ts';
import { paths } from '../../../../../paths.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { listMembers, listSessions } from '../../../../../services/provider/staff.service.ts';
import type { MemberFilters } from '../../../../../services/provider/staff.service.ts';
import { SettingsFrame } from '../frame.tsx';
import { MemberTable } from './member-table.tsx';
import { OpenSessions } from './open-sessions.tsx';

const copy = settings.staff;

export const metadata: Metadata = { title: settings.tabs.staff };

export default async function StaffPage({ searchParams }: PageProps<'/provider/settings/staff'>) {
  const staff = await requireAccess('settings', 'staff');
  const { state, factor } = await searchParams;
  const filters = { isActive: state === 'active', lacksFactor: factor === 'none' };
  const [members, sessions, { zone }] = await Promise.all([
    listMembers(staff, filters),
    listSessions(staff),
    readPreferences(),
  ]);
  return (
    <SettingsFrame staff={staff} tab="staff">
      <Card title={copy.members} aside={<Chips filters={filters} />}>
        {members.length === 0 ? (
          <EmptyState
            title={copy.noMembers}
            text={copy.noMembersText}
            action={{ href: paths.settingsStaff, label: copy.all }}
          />
        ) : (
          <MemberTable members={members} zone={zone} ownId={staff.id} />
        )}
        <p className="border-t border-line px-4 py-3 text-caption text-fg-3">{copy.rolesFrom}</p>
      </Card>
      <div id="sessions">
        <Card title={copy.sessions}>
          {sessions.length === 0 ? (
            <EmptyState title={copy.noSessions} text={copy.noSessionsText} />
          ) : (
            <OpenSessions sessions={sessions} zone={zone} />
          )}
        </Card>
      </div>
    </SettingsFrame>
  );
}

function Chips({ filters: { isActive, lacksFactor } }: { readonly filters: MemberFilters }) {
  const chips: readonly { label: string; href: Route; isCurrent: boolean }[] = [
    { label: copy.all, href: paths.settingsStaff, isCurrent: !isActive && !lacksFactor },
    { label: copy.active, href: `${paths.settingsStaff}?state=active`, isCurrent: isActive && !lacksFactor },
    { label: copy.bare, href: `${paths.settingsStaff}?state=active&factor=none`, isCurrent: lacksFactor },
  ];
  return (
    <nav aria-label={copy.filter} className="flex flex-wrap justify-end gap-1.5">
      {chips.map(({ label, href, isCurrent }) => (
        <Link
          key={label}
          href={href}
          scroll={false}
          prefetch={false}
          aria-current={isCurrent ? 'true' : undefined}
          className={`chip ${isCurrent ? 'chip-set font-medium' : ''}`}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
