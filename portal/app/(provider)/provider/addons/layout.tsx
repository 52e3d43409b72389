import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function AddonsLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('addons');
  return children;
}
