'use client';

import { PageError } from '../components/page-error.tsx';
import './globals.css';

/** Replaces the root layout when that fails, so it brings its own document. */
export default function GlobalError({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  return (
    <html lang="en" data-theme="system">
      <body>
        <main className="grid min-h-dvh place-items-center p-4">
          <PageError error={error} retry={retry} />
        </main>
      </body>
    </html>
  );
}
