import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function DevAidsLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('dev-aids');
  return children;
}
