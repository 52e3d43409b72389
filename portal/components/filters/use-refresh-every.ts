'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { sayUnattended } from '../attendance.tsx';

/** Reads the page again and again; not while it is hidden or text is selected. Never moves focus or scroll. 0: never. */
export function useRefreshEvery(everyMs: number): void {
  const router = useRouter();
  useEffect(() => {
    if (everyMs === 0) return undefined;
    const timer = setInterval(() => {
      const isReading = document.hidden || document.getSelection()?.isCollapsed === false;
      if (isReading) return;
      sayUnattended();
      router.refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, router]);
}
