'use client';

import type { Route } from 'next';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { NearLink } from '../near-link.tsx';

interface NavLinkProps {
  readonly href: Route;
  readonly root: string;
  readonly isExact: boolean;
  /** Told on hover, where the icon stands alone. */
  readonly name: string;
  readonly children: ReactNode;
}

export function NavLink({ href, root, isExact, name, children }: NavLinkProps) {
  const pathname = usePathname();
  const isCurrent = pathname === root || (!isExact && pathname.startsWith(`${root}/`));
  const look = isCurrent ? 'bg-sunken font-medium text-fg' : 'text-fg-2 hover:bg-hover hover:text-fg';
  return (
    <NearLink
      href={href}
      title={name}
      aria-current={isCurrent ? 'page' : undefined}
      className={`relative flex h-8 items-center gap-2.5 rounded-nav px-2 transition-colors duration-[120ms] ${look}`}
    >
      {children}
    </NearLink>
  );
}
