'use client';

import { catchError } from 'next/error';
import type { ErrorInfo } from 'next/error';
import { messages } from '../../messages/en.ts';
import { referenceOf } from '../page-error.tsx';

/** Cells that fail keep their places and their size, and the others stay. */
function KpiFallback({ labels }: { readonly labels: readonly string[] }, { error, retry }: ErrorInfo) {
  const reference = referenceOf(error);
  return labels.map((label) => (
    <div key={label} role="alert" className="border-b border-l border-line px-4 pt-3 pb-3.5">
      <p className="font-medium text-fg-2">{label}</p>
      <p className="mt-1.5 text-fg-2">
        {messages.kpi.couldNotLoad}
        {reference && <code className="ml-2 font-mono text-code text-fg-3 max-sm:ml-0 max-sm:block">{reference}</code>}
      </p>
      <button
        type="button"
        aria-label={messages.kpi.retry(label)}
        className="mt-1 h-6 text-accent-text hover:underline"
        onClick={() => retry()}
      >
        {messages.states.retry}
      </button>
    </div>
  ));
}

export const KpiBoundary = catchError(KpiFallback);
