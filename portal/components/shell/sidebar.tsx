'use client';

import { useState, useTransition } from 'react';
import type { ReactNode } from 'react';
import { messages } from '../../messages/en.ts';
import { setPreferences } from '../../preferences/actions.ts';

interface SidebarProps {
  readonly isNarrow: boolean;
  readonly brand: ReactNode;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

/** Narrow it has icons alone, whose names stay for whoever does not see them. How it was left is remembered. */
export function Sidebar({ isNarrow: wasNarrow, brand, icon, children }: SidebarProps) {
  const [isNarrow, setNarrow] = useState(wasNarrow);
  const [, startTransition] = useTransition();
  const toggle = () => {
    setNarrow(!isNarrow);
    startTransition(async () => {
      await setPreferences({ sidebar: isNarrow ? 'wide' : 'narrow' });
    });
  };
  const label = isNarrow ? messages.shell.expandSidebar : messages.shell.collapseSidebar;
  return (
    <aside
      data-narrow={isNarrow ? '' : undefined}
      className="group/side sticky top-0 hidden h-dvh w-58 flex-none flex-col overflow-y-auto overflow-x-hidden border-r border-line data-narrow:w-14 lg:flex"
    >
      <div className="flex h-12 flex-none items-center px-5 group-data-narrow/side:justify-center group-data-narrow/side:px-0">
        {brand}
      </div>
      <div className="flex-1 p-3">{children}</div>
      <div className="sticky bottom-0 flex-none bg-page p-3">
        <button
          type="button"
          aria-label={label}
          title={label}
          className="flex h-8 w-full items-center gap-2.5 rounded-nav px-2 text-fg-2 transition-colors duration-[120ms] hover:bg-hover hover:text-fg"
          onClick={toggle}
        >
          {icon}
          <span className="truncate group-data-narrow/side:sr-only">{messages.shell.collapse}</span>
        </button>
      </div>
    </aside>
  );
}
