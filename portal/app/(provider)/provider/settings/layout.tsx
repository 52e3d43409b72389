import type { ReactNode } from 'react';
import { requireAccessToOwnSecurity } from '../../../../auth/current-staff.ts';

// Asks what the most open page of the section asks; each page asks for its own right again.
export default async function SettingsLayout({ children }: { readonly children: ReactNode }) {
  await requireAccessToOwnSecurity();
  return children;
}
