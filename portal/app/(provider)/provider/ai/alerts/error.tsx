'use client';

import { PageError } from '../../../../../components/page-error.tsx';

export default function AlertsError({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  return <PageError error={error} retry={retry} />;
}
