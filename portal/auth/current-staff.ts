import 'server-only';
import { cookies, headers } from 'next/headers';
import { forbidden, redirect } from 'next/navigation';
import { cache } from 'react';
import { database } from '../server/database.ts';
import { now } from '../server/now.ts';
import { pathHeader, signInPath } from '../paths.ts';
import { can } from './access.ts';
import type { ActionOn, PageId } from './access.ts';
import { readSession } from './session.ts';
import { sessionCookie } from './session-cookie.ts';
import type { Staff } from './session.ts';

/** Whose request this is: read from the rows, once per request. A cookie that is merely there means nothing. */
export const currentStaff = cache(async (): Promise<Staff | undefined> => {
  const token = (await cookies()).get(sessionCookie)?.value;
  return token ? readSession(database().pool, token, now()) : undefined;
});

export async function requireStaff(): Promise<Staff> {
  const staff = await currentStaff();
  if (staff) return staff;
  redirect(signInPath((await headers()).get(pathHeader) ?? undefined));
}

/** For the layout of a section, where nothing has been sent yet and 403 is the status, and again for its pages. */
export async function requireAccess<P extends PageId>(page: P, action: ActionOn<P> | 'read' = 'read'): Promise<Staff> {
  const staff = await requireStaff();
  if (!can(staff, page, action)) forbidden();
  return staff;
}
