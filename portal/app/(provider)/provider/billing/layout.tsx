import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function BillingLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('billing');
  return children;
}
