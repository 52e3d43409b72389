import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';

export default async function SubscriptionsLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('subscriptions');
  return children;
}
