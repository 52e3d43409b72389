import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function DashboardLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('dashboard');
  return children;
}
