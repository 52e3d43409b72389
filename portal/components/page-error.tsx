'use client';

import { messages } from '../messages/en.ts';

/** What failed stays in the server's log; the reference finds it there. */
export function PageError({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  const isOutdated = error instanceof Error && error.message.includes('Failed to find Server Action');
  const reference = referenceOf(error);
  return (
    <div role="alert" className="card m-auto flex w-full max-w-md flex-col items-start gap-4 p-6">
      <div className="flex flex-col gap-1">
        <h1 tabIndex={-1} className="text-title">
          {isOutdated ? messages.states.outdated : messages.states.failedPage}
        </h1>
        {!isOutdated && <p className="text-fg-2">{messages.states.failedHint}</p>}
        {reference && (
          <p className="text-fg-2">
            {messages.states.reference} <code className="font-mono text-code text-fg">{reference}</code>
          </p>
        )}
      </div>
      <button type="button" className="button button-primary" onClick={isOutdated ? () => location.reload() : retry}>
        {isOutdated ? messages.states.reload : messages.states.retry}
      </button>
    </div>
  );
}

export function referenceOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'digest' in error ? String(error.digest) : undefined;
}
