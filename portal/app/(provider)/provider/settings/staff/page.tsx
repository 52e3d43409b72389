import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { wordFilter } from '../../../../../components/list/list-filters.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { paths } from '../../../../../paths.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { listMembers, listSessions } from '../../../../../services/provider/staff.service.ts';
import type { MemberFilters } from '../../../../../services/provider/staff.service.ts';
import { readAsked } from '../asked.ts';
import { SettingsFrame } from '../frame.tsx';
import { ShortFilter, ShortList } from '../short-list.tsx';
import { memberColumns } from './member-table.tsx';
import { memberSessionColumns } from './open-sessions.tsx';

const copy = settings.staff;

export const metadata: Metadata = { title: settings.tabs.staff };

const words = { state: ['active'], factor: ['none'] } as const;

export default async function StaffPage({ searchParams }: PageProps<'/provider/settings/staff'>) {
  const staff = await requireAccess('settings', 'staff');
  const asked = readAsked(await searchParams, ['members', 'sessions'], words);
  const filters = { isActive: asked.filters.has('state'), lacksFactor: asked.filters.has('factor') };
  const [members, sessions, { zone }] = await Promise.all([
    listMembers(staff, filters, asked.q),
    listSessions(staff, asked.q),
    readPreferences(),
  ]);
  const shared = { path: paths.settingsStaff, asked };
  return (
    <SettingsFrame staff={staff} tab="staff">
      <ShortFilter {...shared} lists={filtersOf(filters)} />
      <ShortList
        {...shared}
        name="members"
        caption={copy.members}
        columns={memberColumns(zone, staff.id)}
        {...members}
        rowId={({ id }) => id}
        empty={{ title: copy.noMembers, text: copy.noMembersText }}
      >
        <p className="border-t border-line px-4 py-3 text-caption text-fg-3">{copy.rolesFrom}</p>
      </ShortList>
      <div id="sessions">
        <ShortList
          {...shared}
          name="sessions"
          caption={copy.sessions}
          columns={memberSessionColumns(zone)}
          {...sessions}
          rowId={({ id }) => id}
          empty={{ title: copy.noSessions, text: copy.noSessionsText }}
        />
      </div>
    </SettingsFrame>
  );
}

function filtersOf({ isActive, lacksFactor }: MemberFilters) {
  const { columns, isActive: active, noFactor } = copy;
  return [
    wordFilter('state', columns.state, words.state, { active }, isActive ? words.state : []),
    wordFilter('factor', columns.factors, words.factor, { none: noFactor }, lacksFactor ? words.factor : []),
  ];
}
