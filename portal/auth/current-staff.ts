import 'server-only';
import { cookies, headers } from 'next/headers';
import { forbidden, redirect } from 'next/navigation';
import { cache } from 'react';
import { framePool } from '../server/database.ts';
import { environment } from '../server/environment.ts';
import { now } from '../server/now.ts';
import { pathHeader, paths, secondStepPath, signInPath } from '../paths.ts';
import { can } from './access.ts';
import type { ActionOn, PageId } from './access.ts';
import { readPendingSession, readSession } from './session.ts';
import { sessionCookie } from './session-cookie-name.ts';
import type { PendingSession, Staff } from './session.ts';
import { unattendedCookie } from './unattended-cookie.ts';

/** Whose request this is: read from the rows, once per request. A cookie that is merely there means nothing. */
export const currentStaff = cache(async (): Promise<Staff | undefined> => {
  const token = await sessionToken();
  if (!token) return undefined;
  const isAttended = !(await cookies()).has(unattendedCookie);
  return readSession(framePool(), token, now(), environment().REQUIRE_MFA, isAttended);
});

/** The sign-in of this request that waits for its second step. */
export async function pendingSession(): Promise<PendingSession | undefined> {
  const token = await sessionToken();
  return token ? readPendingSession(framePool(), token, now()) : undefined;
}

export async function requireStaff(): Promise<Staff> {
  const staff = await currentStaff();
  if (staff) return staff;
  const next = (await headers()).get(pathHeader) ?? undefined;
  redirect((await pendingSession()) ? secondStepPath(next) : signInPath(next));
}

/** For the layout of a section, where nothing has been sent yet and 403 is the status, and again for its pages. */
export async function requireAccess<P extends PageId>(page: P, action: ActionOn<P> | 'read' = 'read'): Promise<Staff> {
  const staff = await requireStaff();
  if (staff.mustEnrol) redirect(paths.settingsSecurity);
  if (!can(staff, page, action)) forbidden();
  return staff;
}

/** For the one page where a member who must add a second factor can do so. */
export async function requireAccessToOwnSecurity(): Promise<Staff> {
  const staff = await requireStaff();
  if (!staff.mustEnrol && !can(staff, 'settings', 'own')) forbidden();
  return staff;
}

async function sessionToken() {
  return (await cookies()).get(sessionCookie)?.value;
}
