import {
  Activity,
  Bot,
  ChartLine,
  CreditCard,
  FlaskConical,
  Gauge,
  LayoutDashboard,
  Package,
  Repeat,
  ScrollText,
  Settings,
  Target,
  Webhook,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { can } from '../../auth/access.ts';
import type { PageId } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { oneOf } from '../../lists/define-list.ts';
import { messages } from '../../messages/en.ts';
import { providerNav } from '../../provider-nav.ts';
import { waitingPages } from '../../services/provider/badges.service.ts';
import { NavBadge } from './nav-badge.tsx';
import { NavLink } from './nav-link.tsx';

const icons = {
  dashboard: LayoutDashboard,
  analytics: ChartLine,
  leads: Target,
  subscriptions: Repeat,
  usage: Gauge,
  addons: Package,
  ai: Bot,
  billing: CreditCard,
  incidents: Activity,
  federation: Webhook,
  audit: ScrollText,
  'dev-aids': FlaskConical,
  settings: Settings,
} as const satisfies Record<PageId, LucideIcon>;

const isWaiting = oneOf(waitingPages);

/** What the member may open: pages that a role hides are absent, not disabled. */
export function Navigation({ staff }: { readonly staff: Staff }) {
  const groups = providerNav
    .map(({ name, items }) => ({
      name,
      items: items.filter(({ page }) => can(staff, page)),
    }))
    .filter(({ items }) => items.length > 0);
  return (
    <nav aria-label={messages.shell.navigation} className="flex flex-col gap-5">
      {groups.map(({ name, items }) => (
        <div key={name}>
          {name && <p className="px-2 pb-1.5 text-label text-fg-3 group-data-narrow/side:sr-only">{name}</p>}
          <ul className="flex flex-col gap-0.5">
            {items.map(({ page, path, root }) => {
              const Icon = icons[page];
              return (
                <li key={page}>
                  <NavLink href={path} root={root} isExact={page === 'dashboard'} name={messages.pages[page]}>
                    <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
                    <span className="truncate group-data-narrow/side:sr-only">{messages.pages[page]}</span>
                    {isWaiting(page) && <NavBadge staff={staff} page={page} />}
                  </NavLink>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}
