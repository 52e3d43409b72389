import { Tabs } from '../../../../components/list/tabs.tsx';
import { devAids } from '../../../../messages/en-dev-aids.ts';
import { paths } from '../../../../paths.ts';

const tabs = [
  ['evaluations', paths.devAids],
  ['jobs', paths.jobs],
  ['contract', paths.contract],
  ['themes', paths.themeGallery],
] as const;

export function DevAidsTabs({ current }: { readonly current: (typeof tabs)[number][0] }) {
  return (
    <Tabs
      label={devAids.tabsLabel}
      tabs={tabs.map(([name, href]) => ({ href, label: devAids.tabs[name], isCurrent: name === current }))}
    />
  );
}
