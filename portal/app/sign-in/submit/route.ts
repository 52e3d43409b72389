import type { NextRequest } from 'next/server';
import { z } from 'zod';
import { clientAddress } from '../../../auth/client-address.ts';
import { isSameOrigin } from '../../../auth/same-origin.ts';
import { absoluteMs } from '../../../auth/session.ts';
import { sessionCookie } from '../../../auth/session-cookie.ts';
import { signIn } from '../../../auth/sign-in.ts';
import { messages } from '../../../messages/en.ts';
import { safeNext, signInPath } from '../../../paths.ts';
import { database } from '../../../server/database.ts';
import { environment } from '../../../server/environment.ts';
import { log } from '../../../server/log.ts';
import { now } from '../../../server/now.ts';

const Form = z.object({
  email: z
    .string()
    .max(320)
    .regex(/^[^\0]+$/),
  password: z.string().min(1).max(1_024),
  next: z.string().max(2_048).optional(),
});

/** Takes the sign-in form: as JSON for the page's own script, as a redirect for a browser without it. */
export async function POST(request: NextRequest) {
  const env = environment();
  if (!isSameOrigin(request.headers, env.APP_ORIGIN)) return new Response(messages.signIn.foreign, { status: 403 });
  const form = Form.safeParse(Object.fromEntries(await request.formData().catch(() => new FormData())));
  if (!form.success) return answer(request, 400, 'refused', undefined);
  const { email, password, next } = form.data;
  const address = clientAddress(request.headers, env.TRUSTED_PROXIES);
  const attempt = { email, password, address, userAgent: request.headers.get('user-agent') ?? '', now: now() };
  const outcome = await signIn(database().pool, attempt).catch((error: unknown) => {
    log.error({ action: 'staff.sign_in', error: String(error) }, 'sign-in failed');
    return { status: 'unavailable' } as const;
  });
  log.info({ action: 'staff.sign_in', outcome: outcome.status }, 'staff action');
  switch (outcome.status) {
    case 'limited': {
      const response = answer(request, 429, 'limited', next);
      response.headers.set('retry-after', String(Math.ceil(outcome.retryAfterMs / 1_000)));
      return response;
    }
    case 'unavailable':
      return answer(request, 503, 'unavailable', next);
    case 'refused':
      return answer(request, 401, 'refused', next);
    case 'signed_in': {
      const response = wantsJson(request)
        ? Response.json({ next: safeNext(next) }, { headers: { 'cache-control': 'no-store' } })
        : seeOther(safeNext(next));
      response.headers.append(
        'set-cookie',
        `${sessionCookie}=${outcome.token}; Path=/; Max-Age=${absoluteMs / 1_000}; HttpOnly; Secure; SameSite=Lax`,
      );
      return response;
    }
  }
}

function answer(
  request: NextRequest,
  status: number,
  problem: 'refused' | 'limited' | 'unavailable',
  next: string | undefined,
) {
  if (wantsJson(request)) return Response.json({ problem }, { status, headers: { 'cache-control': 'no-store' } });
  if (problem !== 'refused') {
    return new Response(messages.signIn[problem], { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  }
  const target = signInPath(next);
  return seeOther(`${target}${target.includes('?') ? '&' : '?'}problem=${problem}`);
}

function seeOther(path: string) {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } });
}

function wantsJson(request: NextRequest) {
  return request.headers.get('accept')?.includes('application/json') === true;
}
