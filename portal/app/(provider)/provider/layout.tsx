import type { ReactNode } from 'react';
import { requireStaff } from '../../../auth/current-staff.ts';
import { Shell } from '../../../components/shell/shell.tsx';

export default async function ProviderLayout({ children }: { readonly children: ReactNode }) {
  return <Shell staff={await requireStaff()}>{children}</Shell>;
}
