'use client';

import { catchError } from 'next/error';
import type { ErrorInfo } from 'next/error';
import { messages } from '../messages/en.ts';
import { referenceOf } from './page-error.tsx';

/** A part that fails, fails alone: a sentence, a reference, and a way to try again. */
function SectionFallback({ label }: { readonly label: string }, { error, retry }: ErrorInfo) {
  const reference = referenceOf(error);
  return (
    <section
      aria-label={label}
      className="card failed-part flex min-h-24 flex-wrap items-center justify-center gap-x-4 gap-y-2 p-4"
      role="alert"
    >
      <p className="text-fg-2">
        {messages.states.failed}
        {reference && (
          <>
            {' '}
            <code className="font-mono text-code text-fg-3">{reference}</code>
          </>
        )}
      </p>
      <button type="button" className="button button-small" onClick={() => retry()}>
        {messages.states.retry}
      </button>
    </section>
  );
}

export const SectionBoundary = catchError(SectionFallback);
