import { Tabs } from '../../../../components/list/tabs.tsx';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import { paths } from '../../../../paths.ts';

export function SubscriptionTabs({ current }: { readonly current: 'list' | 'changes' }) {
  return (
    <Tabs
      label={subscriptions.tabsLabel}
      tabs={[
        { href: paths.subscriptions, label: subscriptions.tabs.list, isCurrent: current === 'list' },
        { href: paths.subscriptionChanges, label: subscriptions.tabs.changes, isCurrent: current === 'changes' },
      ]}
    />
  );
}
