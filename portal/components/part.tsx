import { setTimeout as sleep } from 'node:timers/promises';
import { Suspense } from 'react';
import type { ReactNode } from 'react';

/** Shorter than anyone takes for a wait. */
const headStartMs = 400;

/**
 * A part of a page from what it reads. What comes in time is shown at once, so that nothing moves; what does not shows its skeleton
 * first. What fails, fails where the part stands: below the nearest boundary.
 */
export async function part<T>(
  read: Promise<T>,
  skeleton: ReactNode,
  show: (value: T) => ReactNode,
): Promise<ReactNode> {
  const early = await Promise.race([settled(read), sleep(headStartMs, undefined, { ref: false })]);
  if (early) return show(early.value);
  return (
    <Suspense fallback={skeleton}>
      <Late read={read} show={show} />
    </Suspense>
  );
}

async function Late<T>({ read, show }: { readonly read: Promise<T>; readonly show: (value: T) => ReactNode }) {
  return show(await read);
}

// A failure is no value: it is thrown again by the part, inside its boundary.
function settled<T>(read: Promise<T>): Promise<{ readonly value: T } | undefined> {
  return read.then(
    (value) => ({ value }),
    () => undefined,
  );
}
