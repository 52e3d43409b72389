import { Tabs } from '../../../../components/list/tabs.tsx';
import { billing } from '../../../../messages/en-billing.ts';
import { paths } from '../../../../paths.ts';

const hrefs = {
  reconciliation: paths.billing,
  unbilled: paths.unbilled,
  dunning: paths.dunning,
  credits: paths.credits,
  invoices: paths.invoices,
  payments: paths.payments,
} as const;
const order = ['reconciliation', 'unbilled', 'dunning', 'credits', 'invoices', 'payments'] as const;

export function BillingTabs({ current }: { readonly current: keyof typeof hrefs }) {
  const tabs = order.map((tab) => ({ href: hrefs[tab], label: billing.tabs[tab], isCurrent: tab === current }));
  return <Tabs label={billing.tabsLabel} tabs={tabs} />;
}
