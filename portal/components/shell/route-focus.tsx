'use client';

import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';

/** What has the focus since the last client navigation, until somebody moves it: null in a document that was opened as such. */
let heldBy: Element | null = null;

/** After a client navigation to another page, focus goes to its heading, so that a screen reader begins there. */
export function RouteFocus() {
  const pathname = usePathname();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    const heading = document.querySelector<HTMLElement>('main h1');
    heading?.focus();
    heldBy = heading ?? document.activeElement;
  }, [pathname]);
  return null;
}

/** The heading of a page. It comes while the page is read, or after that: the focus is its own unless somebody moved it meanwhile. */
export function PageTitle({ children }: { readonly children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (heldBy === null || ![document.body, heldBy].includes(document.activeElement ?? document.body)) return;
    heading.current?.focus();
    heldBy = heading.current;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className="text-title">
      {children}
    </h1>
  );
}
