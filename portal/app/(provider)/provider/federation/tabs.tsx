import { Tabs } from '../../../../components/list/tabs.tsx';
import { keys } from '../../../../messages/en-keys.ts';
import { paths } from '../../../../paths.ts';

export function FederationTabs({ current }: { readonly current: keyof typeof keys.tabs }) {
  return (
    <Tabs
      label={keys.tabsLabel}
      tabs={[
        { href: paths.federation, label: keys.tabs.keys, isCurrent: current === 'keys' },
        { href: paths.deliveryLog, label: keys.tabs.log, isCurrent: current === 'log' },
        { href: paths.replay, label: keys.tabs.replay, isCurrent: current === 'replay' },
      ]}
    />
  );
}
