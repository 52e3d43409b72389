'use client';

import { lazy, Suspense } from 'react';
import type { DialogProps } from './dialog-popup.tsx';

const Popup = lazy(() => import('./dialog-popup.tsx'));

/** A modal dialog; it is there while it is rendered. Its code is fetched when the first one opens. */
export function Dialog(props: DialogProps) {
  return (
    <Suspense fallback={null}>
      <Popup {...props} />
    </Suspense>
  );
}
