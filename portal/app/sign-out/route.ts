import type { NextRequest } from 'next/server';
import { currentStaff, pendingSession } from '../../auth/current-staff.ts';
import { isSameOrigin } from '../../auth/same-origin.ts';
import { setCookie } from '../../auth/session-cookie.ts';
import { signOut } from '../../auth/sign-in.ts';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import { database } from '../../server/database.ts';
import { environment } from '../../server/environment.ts';
import { now } from '../../server/now.ts';

/** Ends the session in the database, then in the browser. */
export async function POST(request: NextRequest) {
  const session = (await currentStaff()) ?? (await pendingSession());
  if (!session) return new Response(messages.signIn.signedOut, { status: 401 });
  if (!isSameOrigin(request.headers, environment().APP_ORIGIN))
    return new Response(messages.signIn.foreign, { status: 403 });
  await signOut(database().pool, session, now());
  return new Response(null, {
    status: 303,
    headers: { location: paths.signIn, 'set-cookie': setCookie(undefined), 'cache-control': 'no-store' },
  });
}
