import type { Metadata, Route } from 'next';
import Link from 'next/link';
import { can, isStaffRole } from '../../../../auth/access.ts';
import type { Staff } from '../../../../auth/session.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { readFactors } from '../../../../auth/factors.ts';
import { Card } from '../../../../components/card.tsx';
import { Properties, Property } from '../../../../components/panel/properties.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { listHref } from '../../../../lists/list-href.ts';
import { settings } from '../../../../messages/en-settings.ts';
import { messages } from '../../../../messages/en.ts';
import { tried } from '../../../../server/tried.ts';
import type { Failed } from '../../../../server/tried.ts';
import { paths } from '../../../../paths.ts';
import { readPreferences } from '../../../../preferences/read-preferences.ts';
import { providerNav } from '../../../../provider-nav.ts';
import { database } from '../../../../server/database.ts';
import { ownDeedsMax, readOwnActivity } from '../../../../services/provider/own-activity.service.ts';
import type { OwnDeed } from '../../../../services/provider/own-activity.service.ts';
import { readOwnSessions } from '../../../../services/provider/sessions.service.ts';
import type { SessionRow } from '../../../../services/provider/sessions.service.ts';
import { readAsked } from './asked.ts';
import type { Asked } from './asked.ts';
import { SettingsFrame } from './frame.tsx';
import { deedColumns } from './own-activity.tsx';
import { ProfileForm } from './profile-form.tsx';
import { sessionColumns } from './security/session-table.tsx';
import { ShortFilter, ShortList } from './short-list.tsx';

const copy = settings.profile;

export const metadata: Metadata = { title: settings.tabs.profile };

export default async function ProfilePage({ searchParams }: PageProps<'/provider/settings'>) {
  const staff = await requireAccess('settings', 'own');
  const asked = readAsked(await searchParams, ['sessions', 'activity']);
  const [{ source }, preferences, sessions, deeds] = await Promise.all([
    readFactors(database().pool, staff.id),
    readPreferences(),
    tried(readOwnSessions(staff)),
    tried(readOwnActivity(staff)),
  ]);
  const roles = staff.roles.filter(isStaffRole).map((role) => messages.roles[role]);
  const starts = providerNav.flatMap(({ items }) =>
    items.filter(({ page, path }) => path !== undefined && can(staff, page)).map(({ page }) => page),
  );
  return (
    <SettingsFrame staff={staff} tab="profile">
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title={copy.account}>
          <div className="flex flex-col gap-4 px-4 pb-4">
            <Properties>
              <Property name={copy.name}>
                <bdi>{staff.name}</bdi>
              </Property>
              <Property name={copy.email}>{staff.email}</Property>
              <Property name={copy.roles}>{roles.join(', ') || copy.noRoles}</Property>
              <Property name={copy.source}>{settings.staff.sources[source]}</Property>
            </Properties>
            <p className="text-caption text-fg-3">{source === 'env' ? copy.fromEnvironment : copy.fromProvider}</p>
          </div>
        </Card>
        <ProfileForm preferences={preferences} starts={starts} />
      </div>
      <OwnLists staff={staff} asked={asked} zone={preferences.zone} sessions={sessions} deeds={deeds} />
    </SettingsFrame>
  );
}

interface OwnListsProps {
  readonly staff: Staff;
  readonly asked: Asked;
  readonly zone: string;
  readonly sessions: readonly SessionRow[] | Failed;
  readonly deeds: readonly OwnDeed[] | Failed;
}

/** Where the member is signed in, and what they did. */
function OwnLists({ staff, asked, zone, sessions, deeds }: OwnListsProps) {
  const shared = { path: paths.settings, asked };
  const noMatch = { title: settings.noMatch, text: settings.noMatchText };
  return (
    <>
      <ShortFilter {...shared} />
      <ShortList
        {...shared}
        name="sessions"
        caption={settings.security.sessions}
        columns={sessionColumns(zone)}
        rows={sessions}
        rowId={({ id }) => id}
        label={({ address }) => settings.sessionOf(staff.name, address ?? '')}
        empty={noMatch}
        aside={<OwnLink href={paths.settingsSecurity}>{copy.endSessions}</OwnLink>}
      />
      <ShortList
        {...shared}
        name="activity"
        caption={copy.activity(formatCount(ownDeedsMax))}
        columns={deedColumns(zone, can(staff, 'audit', 'all-entries'))}
        rows={deeds}
        rowId={({ id }) => id}
        label={({ action, subject }) => `${action}, ${subject}`}
        empty={{ title: copy.noActivity, text: copy.noActivityText }}
        aside={
          <OwnLink href={listHref(paths.audit, new URLSearchParams({ actor: staff.email }))}>{copy.openAudit}</OwnLink>
        }
      />
    </>
  );
}

function OwnLink({ href, children }: { readonly href: Route; readonly children: string }) {
  return (
    <Link href={href} prefetch={false} className="text-accent-text hover:underline">
      {children}
    </Link>
  );
}
