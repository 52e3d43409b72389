import { Tabs } from '../../../../components/list/tabs.tsx';
import { usage } from '../../../../messages/en-usage.ts';
import { paths } from '../../../../paths.ts';

export function UsageTabs({ current }: { readonly current: 'rated' | 'unrated' }) {
  return (
    <Tabs
      label={usage.tabsLabel}
      tabs={[
        { href: paths.usage, label: usage.tabs.rated, isCurrent: current === 'rated' },
        { href: paths.usageUnrated, label: usage.tabs.unrated, isCurrent: current === 'unrated' },
      ]}
    />
  );
}
