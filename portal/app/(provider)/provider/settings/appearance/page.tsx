import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { SettingsFrame } from '../frame.tsx';
import { PackChoice } from './pack-choice.tsx';

export const metadata: Metadata = { title: settings.tabs.appearance };

export default async function AppearancePage() {
  const staff = await requireAccess('settings', 'own');
  const { theme } = await readPreferences();
  return (
    <SettingsFrame staff={staff} tab="appearance">
      <PackChoice theme={theme} />
    </SettingsFrame>
  );
}
