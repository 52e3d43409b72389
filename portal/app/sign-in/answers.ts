import type { NextRequest } from 'next/server';
import { isSameOrigin } from '../../auth/same-origin.ts';
import { setCookie } from '../../auth/session-cookie.ts';
import { messages } from '../../messages/en.ts';
import { environment } from '../../server/environment.ts';

export type SignInProblem = 'refused' | 'limited' | 'unavailable';

const statuses = { refused: 401, limited: 429, unavailable: 503 } as const satisfies Record<SignInProblem, number>;

/** The refusal of a request that another page sent. */
export function foreignRequest(request: NextRequest): Response | undefined {
  if (isSameOrigin(request.headers, environment().APP_ORIGIN)) return undefined;
  return new Response(messages.signIn.foreign, { status: 403 });
}

/** A session begins, or goes on to its second step: as JSON for the page's own script, as a redirect for a browser without it. */
export function goesOn(request: NextRequest, token: string, path: string): Response {
  const response = wantsJson(request) ? Response.json({ next: path }, { headers: noStore }) : seeOther(path);
  response.headers.append('set-cookie', setCookie(token));
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
