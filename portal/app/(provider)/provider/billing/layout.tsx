import type { ReactNode } from 'react';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { InvoiceActs } from './invoices/invoice-acts.tsx';

export default async function BillingLayout({ children }: { readonly children: ReactNode }) {
  await requireAccess('billing');
  return <InvoiceActs>{children}</InvoiceActs>;
}
