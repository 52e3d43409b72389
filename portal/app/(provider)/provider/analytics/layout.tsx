import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function AnalyticsLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('analytics');
  return children;
}
