import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function IncidentsLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('incidents');
  return children;
}
