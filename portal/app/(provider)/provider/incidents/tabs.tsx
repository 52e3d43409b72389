import { Tabs } from '../../../../components/list/tabs.tsx';
import { incidents } from '../../../../messages/en-incidents.ts';
import { paths } from '../../../../paths.ts';

export function IncidentTabs({ current }: { readonly current: 'open' | 'resolved' }) {
  return (
    <Tabs
      label={incidents.tabsLabel}
      tabs={[
        { href: paths.incidents, label: incidents.tabs.open, isCurrent: current === 'open' },
        { href: paths.incidentsResolved, label: incidents.tabs.resolved, isCurrent: current === 'resolved' },
      ]}
    />
  );
}
