import type { NextRequest } from 'next/server';
import { isSameOrigin } from '../../auth/same-origin.ts';
import { setCookie } from '../../auth/session-cookie.ts';
import { readSession } from '../../auth/session.ts';
import { messages } from '../../messages/en.ts';
import { paths, safeNext } from '../../paths.ts';
import { keptPreferences, preferenceCookies } from '../../preferences/kept-preferences.ts';
import { startPath } from '../../provider-nav.ts';
import { database } from '../../server/database.ts';
import { environment } from '../../server/environment.ts';
import { now } from '../../server/now.ts';

export type SignInProblem = 'refused' | 'limited' | 'unavailable';

const statuses = { refused: 401, limited: 429, unavailable: 503 } as const satisfies Record<SignInProblem, number>;

/** The refusal of a request that another page sent. */
export function foreignRequest(request: NextRequest): Response | undefined {
  if (isSameOrigin(request.headers, environment().APP_ORIGIN)) return undefined;
  return new Response(messages.signIn.foreign, { status: 403 });
}

/** A session goes on to its next step: as JSON for the page's own script, as a redirect for a browser without it. */
export function goesOn(request: NextRequest, token: string, path: string): Response {
  const response = wantsJson(request) ? Response.json({ next: path }, { headers: noStore }) : seeOther(path);
  response.headers.append('set-cookie', setCookie(token));
  return response;
}

/** The session is whole: the browser gets what its member chose elsewhere, and begins where they like to, unless it was on its way to a page. */
export async function signedIn(request: NextRequest, token: string, next: string | undefined): Promise<Response> {
  const { pool } = database();
  const staff = await readSession(pool, token, now(), environment().REQUIRE_MFA);
  const chosen = staff ? await keptPreferences(pool, staff.id) : {};
  const target = safeNext(next);
  const start = staff && target === paths.home ? startPath(staff, chosen.start) : target;
  const response = goesOn(request, token, start);
  for (const { name, value, maxAge } of preferenceCookies(chosen))
    response.headers.append(
      'set-cookie',
      `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`,
    );
  return response;
}

/** @param form where a browser without script is shown the problem */
export function refuses(
  request: NextRequest,
  problem: SignInProblem,
  form: string,
  { code = statuses[problem], retryAfterMs }: { readonly code?: number; readonly retryAfterMs?: number } = {},
): Response {
  const response = problemAnswer(request, problem, form, code);
  if (retryAfterMs !== undefined) response.headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  return response;
}

function problemAnswer(request: NextRequest, problem: SignInProblem, form: string, status: number) {
  if (wantsJson(request)) return Response.json({ problem }, { status, headers: noStore });
  if (problem === 'refused') return seeOther(`${form}${form.includes('?') ? '&' : '?'}problem=${problem}`);
  return new Response(messages.signIn[problem], { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

function seeOther(path: string) {
  return new Response(null, { status: 303, headers: { location: path, ...noStore } });
}

function wantsJson(request: NextRequest) {
  return request.headers.get('accept')?.includes('application/json') === true;
}

const noStore = { 'cache-control': 'no-store' };
