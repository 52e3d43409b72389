import type { Route } from 'next';
import type { ReactNode } from 'react';
import { can } from '../../../../auth/access.ts';
import type { Staff } from '../../../../auth/session.ts';
import { KpiStrip } from '../../../../components/kpi/kpi-strip.tsx';
import { figures } from '../../../../components/list/figures.tsx';
import { Tabs } from '../../../../components/list/tabs.tsx';
import { PageHead } from '../../../../components/page-head.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { settings } from '../../../../messages/en-settings.ts';
import { settingsMetrics } from '../../../../metrics/settings.ts';
import { paths } from '../../../../paths.ts';
import { readPreferences } from '../../../../preferences/read-preferences.ts';
import { now } from '../../../../server/now.ts';
import { settingsKpis } from './kpis.ts';

const tabs = [
  { id: 'profile', href: paths.settings, isFor: (staff: Staff) => can(staff, 'settings', 'own') },
  { id: 'security', href: paths.settingsSecurity, isFor: (staff: Staff) => can(staff, 'settings', 'own') },
  { id: 'appearance', href: paths.settingsAppearance, isFor: (staff: Staff) => can(staff, 'settings', 'own') },
  { id: 'staff', href: paths.settingsStaff, isFor: (staff: Staff) => can(staff, 'settings', 'staff') },
  { id: 'plans', href: paths.settingsPlans, isFor: (staff: Staff) => can(staff, 'settings', 'plans') },
  {
    id: 'flags',
    href: paths.settingsFlags,
    isFor: (staff: Staff) => can(staff, 'settings', 'flags') || can(staff, 'settings', 'flags-read'),
  },
  { id: 'data', href: paths.settingsData, isFor: (staff: Staff) => can(staff, 'settings', 'data') },
] as const satisfies readonly { id: string; href: Route; isFor: (staff: Staff) => boolean }[];

export type SettingsTab = (typeof tabs)[number]['id'];

interface FrameProps {
  readonly staff: Staff;
  readonly tab: SettingsTab;
  readonly children: ReactNode;
}

const { active, bare, sessions, seed, ...ownMetrics } = settingsMetrics;
const staffMetrics = { active, bare, sessions, seed };

async function settingsFigures(staff: Staff) {
  const words = can(staff, 'settings', 'staff') ? staffMetrics : ownMetrics;
  return figures(settingsKpis(staff, await readPreferences()), words, (kpis) => kpis);
}

/** What every page of the settings has: figures, and the tabs that the member may open. */
export async function SettingsFrame({ staff, tab, children }: FrameProps) {
  const shown = tabs.filter(({ isFor }) => isFor(staff));
  const { zone } = await readPreferences();
  return (
    <>
      <PageHead title={settings.tabs[tab]} purpose={settings[tab].purpose} through={{ at: now(), zone }} />
      <Tabs
        label={settings.title}
        tabs={shown.map(({ id, href }) => ({ href, label: settings.tabs[id], isCurrent: id === tab }))}
      />
      {!staff.mustEnrol && (
        <SectionBoundary label={settings.figures}>
          <KpiStrip label={settings.figures}>{await settingsFigures(staff)}</KpiStrip>
        </SectionBoundary>
      )}
      {children}
    </>
  );
}
