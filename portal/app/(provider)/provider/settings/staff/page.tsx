import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { wordFilter } from '../../../../../components/list/list-filters.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { tried } from '../../../../../server/tried.ts';
import { paths } from '../../../../../paths.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { listMembers, listSessions } from '../../../../../services/provider/staff.service.ts';
import type { MemberFilters } from '../../../../../services/provider/staff.service.ts';
import { memberFilters, memberWords } from './member-words.ts';
import { readAsked, walkedPlace } from '../asked.ts';
import { SettingsFrame } from '../frame.tsx';
import { ShortFilter } from '../short-list.tsx';
import { WalkedList } from '../walked-list.tsx';
import { memberColumns } from './member-table.tsx';
import { memberSessionColumns } from './open-sessions.tsx';
import { SessionsBulk } from './sessions-bulk.tsx';

const copy = settings.staff;

export const metadata: Metadata = { title: settings.tabs.staff };

export default async function StaffPage({ searchParams }: PageProps<'/provider/settings/staff'>) {
  const staff = await requireAccess('settings', 'staff');
  const asked = readAsked(await searchParams, ['members', 'sessions'], memberWords);
  const filters = memberFilters(asked);
  const [members, sessions, { zone }] = await Promise.all([
    tried(listMembers(staff, filters, walkedPlace(asked, 'members'))),
    tried(listSessions(staff, asked.q, walkedPlace(asked, 'sessions'))),
    readPreferences(),
  ]);
  const shared = { path: paths.settingsStaff, asked };
  return (
    <SettingsFrame staff={staff} tab="staff">
      <ShortFilter {...shared} lists={filtersOf(filters)} />
      <WalkedList
        {...shared}
        name="members"
        caption={copy.members}
        columns={memberColumns(zone, staff.id)}
        page={members}
        label={({ name }) => name}
        exportPath={paths.staffExport}
        empty={{ title: copy.noMembers, text: copy.noMembersText }}
      >
        <p className="border-t border-line px-4 py-3 text-caption text-fg-3">{copy.rolesFrom}</p>
      </WalkedList>
      <div id="sessions">
        <WalkedList
          {...shared}
          name="sessions"
          caption={copy.sessions}
          columns={memberSessionColumns(zone)}
          page={sessions}
          label={({ name, address }) => settings.sessionOf(name, address ?? '')}
          exportPath={paths.staffSessionsExport}
          actions={<SessionsBulk />}
          empty={{ title: copy.noSessions, text: copy.noSessionsText }}
        />
      </div>
    </SettingsFrame>
  );
}

function filtersOf({ isActive, lacksFactor }: MemberFilters) {
  const { columns, isActive: active, noFactor } = copy;
  return [
    wordFilter('state', columns.state, memberWords.state, { active }, isActive ? memberWords.state : []),
    wordFilter(
      'factor',
      columns.factors,
      memberWords.factor,
      { none: noFactor },
      lacksFactor ? memberWords.factor : [],
    ),
  ];
}
