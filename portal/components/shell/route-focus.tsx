'use client';

import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';

/** Whether the page was reached by a link, and not as a document of its own. */
let isFollowed = false;

/** After a client navigation to another page, focus goes to its heading, so that a screen reader begins there. */
export function RouteFocus() {
  const pathname = usePathname();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    isFollowed = true;
    document.querySelector<HTMLElement>('main h1')?.focus();
  }, [pathname]);
  return null;
}

/** The heading of a page. It takes the focus over from the one that stood there while the page was read. */
export function PageTitle({ children }: { readonly children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isFollowed && document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className="text-title">
      {children}
    </h1>
  );
}
