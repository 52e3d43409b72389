import type { NextRequest } from 'next/server';
import { leaveForProvider, oidcCookie, oidcCookieS } from '../../../auth/oidc.ts';
import { paths, safeNext } from '../../../paths.ts';
import { environment } from '../../../server/environment.ts';
import { log } from '../../../server/log.ts';
import { now } from '../../../server/now.ts';

/** Leaves for the identity provider. */
export async function GET(request: NextRequest) {
  const { OIDC, STAFF_SECRET_KEYS: ring, APP_ORIGIN: appOrigin } = environment();
  if (!OIDC) return new Response(null, { status: 404 });
  const next = safeNext(request.nextUrl.searchParams.get('next'));
  try {
    const { url, cookie } = await leaveForProvider(OIDC, { ring, appOrigin, next, now: now() });
    const kept = `${oidcCookie}=${encodeURIComponent(cookie)}; Path=/; Max-Age=${oidcCookieS}; HttpOnly; Secure; SameSite=Lax`;
    return new Response(null, {
      status: 303,
      headers: { location: url, 'set-cookie': kept, 'cache-control': 'no-store' },
    });
  } catch (error) {
    log.error({ action: 'staff.oidc', error: String(error) }, 'the identity provider cannot be read');
    return new Response(null, { status: 303, headers: { location: `${paths.signIn}?problem=oidc_away` } });
  }
}
