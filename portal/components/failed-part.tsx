import { Suspense } from 'react';
import type { ReactNode } from 'react';
import type { Failed } from '../server/tried.ts';
import { SectionBoundary } from './section-error.tsx';

interface FailedPartProps {
  readonly label: string;
  readonly failed: Failed;
  /** Until the browser tells it. */
  readonly skeleton: ReactNode;
}

/** What could not be read, thrown inside a boundary of its own: it is logged and told by one reference. */
export function FailedPart({ label, failed, skeleton }: FailedPartProps) {
  return (
    <SectionBoundary label={label}>
      <Suspense fallback={skeleton}>
        <Thrown failed={failed} />
      </Suspense>
    </SectionBoundary>
  );
}

function Thrown({ failed }: { readonly failed: Failed }): ReactNode {
  throw failed.error;
}
