import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function FederationLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('federation');
  return children;
}
