'use client';

import { catchError } from 'next/error';
import type { ErrorInfo } from 'next/error';
import { messages } from '../../messages/en.ts';

/** A cell that fails keeps its place and its size, and the others stay. */
function KpiFallback({ label }: { readonly label: string }, { retry }: ErrorInfo) {
  return (
    <div role="alert" className="border-b border-l border-line px-4 pt-3 pb-3.5">
      <p className="font-medium text-fg-2">{label}</p>
      <p className="mt-1.5 text-fg-2">{messages.kpi.couldNotLoad}</p>
      <button type="button" className="mt-1 h-6 text-accent-text hover:underline" onClick={() => retry()}>
        {messages.states.retry}
      </button>
    </div>
  );
}

export const KpiBoundary = catchError(KpiFallback);
