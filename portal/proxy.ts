import { randomBytes } from 'node:crypto';
import type { NextRequest } from 'next/server';
import { NextResponse } from 'next/server';
import { signedOut } from './auth/action-result.ts';
import { sessionCookie } from './auth/session-cookie-name.ts';
import { nonceHeader, pathHeader, paths, signInPath } from './paths.ts';

export const config = { matcher: '/((?!_next/static|_next/image|icon.svg).*)' };

const nonceBytes = 16;
const issuer = process.env['OIDC_ISSUER'];
const identityProvider = issuer !== undefined && URL.canParse(issuer) ? ` ${new URL(issuer).origin}` : '';

/** Sets the content policy, and spares visitors without a cookie a round trip. It is a convenience: the lock is behind it. */
export function proxy(request: NextRequest) {
  const { pathname, search } = request.nextUrl;
  const isInside = pathname === paths.home || pathname.startsWith(`${paths.home}/`);
  if (isInside && !request.cookies.has(sessionCookie)) {
    // Plain text is what the browser's half of an action says went wrong.
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new NextResponse(signedOut, { status: 401, headers: { 'content-type': 'text/plain' } });
    return withHeaders(
      NextResponse.redirect(new URL(signInPath(`${pathname}${search}`), request.url)),
      contentPolicy(makeNonce()),
    );
  }
  const nonce = makeNonce();
  const policy = contentPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set(nonceHeader, nonce);
  headers.set(pathHeader, `${pathname}${search}`);
  return withHeaders(NextResponse.next({ request: { headers } }), policy);
}

function withHeaders(response: NextResponse, policy: string) {
  response.headers.set('content-security-policy', policy);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'same-origin');
  response.headers.set('cross-origin-opener-policy', 'same-origin');
  response.headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()');
  return response;
}

function makeNonce() {
  return randomBytes(nonceBytes).toString('base64');
}

/** React writes `style={{}}` as attributes, hence style-src-attr. */
function contentPolicy(nonce: string) {
  const evaluation = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : '';
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${evaluation}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    // Signing out is a form that may go on to the identity provider.
    `form-action 'self'${identityProvider}`,
    "frame-ancestors 'none'",
  ].join('; ');
}
