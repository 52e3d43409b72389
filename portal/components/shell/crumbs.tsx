'use client';

import { usePathname } from 'next/navigation';
import { messages } from '../../messages/en.ts';
import { groupOfPage, pageOfPath } from '../../provider-nav.ts';

/** Where in the navigation the page stands. */
export function Crumbs() {
  const page = pageOfPath(usePathname());
  if (!page) return null;
  return (
    <p className="flex min-w-0 items-center gap-1.5 text-fg-3">
      {groupOfPage(page) !== '' && (
        <>
          <span className="hidden sm:inline">{groupOfPage(page)}</span>
          <span aria-hidden="true" className="hidden sm:inline">
            /
          </span>
        </>
      )}
      <span className="truncate text-fg-2">{messages.pages[page]}</span>
    </p>
  );
}
