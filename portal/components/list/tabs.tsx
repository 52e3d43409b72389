import type { Route } from 'next';
import Link from 'next/link';

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly { readonly href: Route; readonly label: string; readonly isCurrent: boolean }[];
}

/** The lists of one section, each a page of its own. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <nav aria-label={label} className="-mt-2 border-b border-line">
      <ul className="flex gap-4 overflow-x-auto">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              prefetch={false}
              aria-current={tab.isCurrent ? 'page' : undefined}
              className={`flex h-9 items-center border-b-2 whitespace-nowrap ${tab.isCurrent ? '[scroll-initial-target:nearest] border-accent font-medium text-fg' : 'border-transparent text-fg-2 hover:text-fg'}`}
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
