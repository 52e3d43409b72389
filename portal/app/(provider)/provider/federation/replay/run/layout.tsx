import type { ReactNode } from 'react';
import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { requireAccess } from '../../../../../../auth/current-staff.ts';
import { pathHeader } from '../../../../../../paths.ts';
import { getReplay } from '../../../../../../services/provider/federation-replay.service.ts';

/** Here an answer can still be 404: nothing of the page is sent yet. Which run is asked for stands in the address alone. */
export default async function ReplayRunLayout({ children }: { readonly children: ReactNode }) {
  const staff = await requireAccess('federation');
  const address = (await headers()).get(pathHeader) ?? '';
  const asked = new URLSearchParams(address.slice(address.indexOf('?') + 1));
  if (!(await getReplay(staff, asked.get('run') ?? ''))) notFound();
  return children;
}
