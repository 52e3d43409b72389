import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function LeadsLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('leads');
  return children;
}
