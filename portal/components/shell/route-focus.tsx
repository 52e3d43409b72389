'use client';

import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';

/** After a client navigation to another page, focus goes to its heading, so that a screen reader begins there. */
export function RouteFocus() {
  const pathname = usePathname();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    document.querySelector<HTMLElement>('main h1')?.focus();
  }, [pathname]);
  return null;
}
