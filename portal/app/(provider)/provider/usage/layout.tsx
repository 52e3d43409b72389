import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function UsageLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('usage');
  return children;
}
