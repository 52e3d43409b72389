import { absoluteMs } from './session.ts';
import { sessionCookie } from './session-cookie-name.ts';

const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const;

/** For `cookies().set()`: the token of a session. */
export function cookieOf(token: string) {
  return { name: sessionCookie, value: token, maxAge: absoluteMs / 1_000, ...attributes };
}

/** For a response: the token of a session, or none any more. */
export function setCookie(token: string | undefined): string {
  const maxAge = token === undefined ? 0 : absoluteMs / 1_000;
  return `${sessionCookie}=${token ?? ''}; Path=/; Max-Age=${maxAge}; HttpOnly; Secure; SameSite=Lax`;
}
