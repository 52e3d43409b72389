import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function AiLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('ai');
  return children;
}
