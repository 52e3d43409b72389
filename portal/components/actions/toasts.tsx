'use client';

import { lazy, Suspense, useEffect, useState } from 'react';
import { onSaid } from './toast.ts';

const View = lazy(() => import('./toasts-view.tsx'));

/** What actions say, at the lower right of every page. Its code is fetched with the first notice. */
export function Toasts() {
  const [isWanted, setWanted] = useState(false);
  useEffect(() => onSaid(() => setWanted(true)), []);
  return isWanted ? (
    <Suspense fallback={null}>
      <View />
    </Suspense>
  ) : null;
}
