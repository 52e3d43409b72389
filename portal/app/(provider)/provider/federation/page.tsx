import { redirect } from 'next/navigation';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { paths } from '../../../../paths.ts';

export default async function Federation() {
  await requireAccess('federation');
  redirect(paths.deliveryLog);
}
