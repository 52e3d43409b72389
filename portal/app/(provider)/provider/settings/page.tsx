import type { Metadata } from 'next';
import { can, isStaffRole } from '../../../../auth/access.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { readFactors } from '../../../../auth/factors.ts';
import { Card } from '../../../../components/card.tsx';
import { Properties, Property } from '../../../../components/panel/properties.tsx';
import { settings } from '../../../../messages/en-settings.ts';
import { messages } from '../../../../messages/en.ts';
import { readPreferences } from '../../../../preferences/read-preferences.ts';
import { providerNav } from '../../../../provider-nav.ts';
import { database } from '../../../../server/database.ts';
import { SettingsFrame } from './frame.tsx';
import { ProfileForm } from './profile-form.tsx';

const copy = settings.profile;

export const metadata: Metadata = { title: settings.tabs.profile };

export default async function ProfilePage() {
  const staff = await requireAccess('settings', 'own');
  const [{ source }, preferences] = await Promise.all([readFactors(database().pool, staff.id), readPreferences()]);
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
    </SettingsFrame>
  );
}
