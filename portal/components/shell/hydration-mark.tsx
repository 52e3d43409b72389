'use client';

import { useEffect } from 'react';

/** Says that the page answers clicks: `data-hydrated` on the document. */
export function HydrationMark() {
  useEffect(() => {
    document.documentElement.dataset['hydrated'] = 'true';
  }, []);
  return null;
}
