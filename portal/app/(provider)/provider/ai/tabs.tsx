import { Tabs } from '../../../../components/list/tabs.tsx';
import { ai } from '../../../../messages/en-ai.ts';
import { paths } from '../../../../paths.ts';

export function AiTabs({ current }: { readonly current: 'uses' | 'alerts' }) {
  return (
    <Tabs
      label={ai.tabsLabel}
      tabs={[
        { href: paths.ai, label: ai.tabs.uses, isCurrent: current === 'uses' },
        { href: paths.aiAlerts, label: ai.tabs.alerts, isCurrent: current === 'alerts' },
      ]}
    />
  );
}
