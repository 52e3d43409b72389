import { can } from './auth/access.ts';
import type { PageId, StaffRole } from './auth/access.ts';
import { paths } from './paths.ts';

type ProviderPath = Extract<(typeof paths)[keyof typeof paths], `/provider${string}`>;

export interface NavItem {
  readonly page: PageId;
  /** Where the page begins; everything below it belongs to it. */
  readonly root: string;
  /** What the item opens. */
  readonly path: ProviderPath;
}

interface NavGroup {
  readonly name: string;
  readonly items: readonly NavItem[];
}

const there = (page: PageId, path: ProviderPath): NavItem => ({ page, root: path, path });

/** The provider's navigation, in an order that never changes with the role. Client accounts have one of their own. */
export const providerNav: readonly NavGroup[] = [
  {
    name: 'Overview',
    items: [{ page: 'dashboard', root: paths.home, path: paths.home }, there('analytics', paths.analytics)],
  },
  {
    name: 'Revenue',
    items: [
      there('leads', paths.leads),
      there('subscriptions', paths.subscriptions),
      there('usage', paths.usage),
      there('addons', paths.addons),
      there('ai', paths.ai),
      there('billing', paths.billing),
    ],
  },
  {
    name: 'Operations',
    items: [there('incidents', paths.incidents), there('federation', paths.federation), there('audit', paths.audit)],
  },
  { name: 'Developer', items: [there('dev-aids', paths.devAids)] },
  { name: '', items: [there('settings', paths.settings)] },
];

/** The page that a path belongs to. */
export function pageOfPath(path: string): PageId | undefined {
  const pathname = path.split('?')[0] ?? '';
  const items = providerNav.flatMap((group) => group.items);
  const inside = items.filter(
    ({ page, root }) => pathname === root || (page !== 'dashboard' && pathname.startsWith(`${root}/`)),
  );
  return inside[0]?.page;
}

/** Where a member begins: the page they chose, where they may still see it. */
export function startPath(staff: { readonly roles: readonly StaffRole[] }, chosen: PageId | undefined): ProviderPath {
  const item = providerNav.flatMap(({ items }) => items).find(({ page }) => page === chosen);
  return item && can(staff, item.page) ? item.path : paths.home;
}

export function groupOfPage(page: PageId): string {
  return providerNav.find(({ items }) => items.some((item) => item.page === page))?.name ?? '';
}
