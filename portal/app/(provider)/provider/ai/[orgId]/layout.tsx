import type { ReactNode } from 'react';
import { notFound } from 'next/navigation';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { findOrg } from '../../../../../services/provider/ai-org.service.ts';

interface OrgLayoutProps {
  readonly params: Promise<{ readonly orgId: string }>;
  readonly children: ReactNode;
}

/** Here an answer can still be 404: nothing of the page is sent yet. */
export default async function AiOrgLayout({ params, children }: OrgLayoutProps) {
  const staff = await requireAccess('ai');
  if (!(await findOrg(staff, decodeURIComponent((await params).orgId)))) notFound();
  return children;
}
