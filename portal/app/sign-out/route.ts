import type { NextRequest } from 'next/server';
import { currentStaff, pendingSession } from '../../auth/current-staff.ts';
import { endAtProvider } from '../../auth/oidc.ts';
import { idTokenName } from '../../auth/oidc-sign-in.ts';
import { isSameOrigin } from '../../auth/same-origin.ts';
import { unseal } from '../../auth/sealing.ts';
import { setCookie } from '../../auth/session-cookie.ts';
import { signOut } from '../../auth/sign-in.ts';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import { database } from '../../server/database.ts';
import { environment } from '../../server/environment.ts';
import { log } from '../../server/log.ts';
import { now } from '../../server/now.ts';

/** Ends the session in the database, then in the browser, then at the identity provider where one vouched for it. */
export async function POST(request: NextRequest) {
  const session = (await currentStaff()) ?? (await pendingSession());
  if (!session) return new Response(messages.signIn.signedOut, { status: 401 });
  if (!isSameOrigin(request.headers, environment().APP_ORIGIN))
    return new Response(messages.signIn.foreign, { status: 403 });
  const sealed = await signOut(database().pool, session, now());
  const elsewhere = sealed && (await providerSignOut(sealed, session.id));
  return new Response(null, {
    status: 303,
    headers: {
      location: elsewhere ?? paths.signIn,
      'set-cookie': setCookie(undefined),
      'cache-control': 'no-store',
    },
  });
}

/** A provider that is away keeps nobody signed in here. */
async function providerSignOut(sealed: Buffer, staffId: string): Promise<string | undefined> {
  const { OIDC, STAFF_SECRET_KEYS: ring, APP_ORIGIN: appOrigin } = environment();
  const idToken = unseal(ring, sealed.toString(), idTokenName(staffId));
  if (!OIDC || idToken === undefined) return undefined;
  return endAtProvider(OIDC, { idToken, appOrigin }).catch((error: unknown) => {
    log.warn({ error: String(error) }, 'the identity provider cannot be told of a sign-out');
    return undefined;
  });
}
