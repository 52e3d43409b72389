import type { NextRequest } from 'next/server';
import { currentStaff } from '../../auth/current-staff.ts';
import { isSameOrigin } from '../../auth/same-origin.ts';
import { sessionCookie } from '../../auth/session-cookie.ts';
import { signOut } from '../../auth/sign-in.ts';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import { database } from '../../server/database.ts';
import { environment } from '../../server/environment.ts';
import { now } from '../../server/now.ts';

/** Ends the session in the database, then in the browser. */
export async function POST(request: NextRequest) {
  const staff = await currentStaff();
  if (!staff) return new Response(messages.signIn.signedOut, { status: 401 });
  if (!isSameOrigin(request.headers, environment().APP_ORIGIN))
    return new Response(messages.signIn.foreign, { status: 403 });
  await signOut(database().pool, staff, now());
  const cookie = `${sessionCookie}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`;
  return new Response(null, {
    status: 303,
    headers: { location: paths.signIn, 'set-cookie': cookie, 'cache-control': 'no-store' },
  });
}
