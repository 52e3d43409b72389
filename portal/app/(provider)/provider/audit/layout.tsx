import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function AuditLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('audit');
  return children;
}
