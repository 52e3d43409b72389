import type { NextRequest } from 'next/server';
import { clientAddress } from '../../../../auth/client-address.ts';
import { comeBack, oidcCookie } from '../../../../auth/oidc.ts';
import { signInWithOidc } from '../../../../auth/oidc-sign-in.ts';
import { paths, secondStepPath } from '../../../../paths.ts';
import { environment } from '../../../../server/environment.ts';
import { log } from '../../../../server/log.ts';
import { proofContext } from '../../../../server/proof-context.ts';
import { goesOn, signedIn } from '../../answers.ts';

/** Comes back from the identity provider. Whatever it brings, what was carried is used up. */
export async function GET(request: NextRequest) {
  const response = await signInOf(request);
  response.headers.append('set-cookie', `${oidcCookie}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`);
  return response;
}

async function signInOf(request: NextRequest): Promise<Response> {
  const { OIDC, APP_ORIGIN, TRUSTED_PROXIES } = environment();
  if (!OIDC) return new Response(null, { status: 404 });
  const context = proofContext();
  const url = new URL(`${paths.oidcCallback}${request.nextUrl.search}`, APP_ORIGIN);
  const { ring, now } = context;
  const back = await comeBack(OIDC, { ring, url, cookie: request.cookies.get(oidcCookie)?.value, now });
  if ('refusal' in back) return refuse(back.refusal);
  const address = clientAddress(request.headers, TRUSTED_PROXIES);
  const userAgent = request.headers.get('user-agent') ?? '';
  const outcome = await signInWithOidc(context, back.identity, { address, userAgent });
  log.info({ action: 'staff.oidc', outcome: outcome.status }, 'staff action');
  if (!('token' in outcome)) return refuse('no role, or the e-mail is of another member');
  const { token } = outcome;
  if (outcome.status === 'second_step') return goesOn(request, token, secondStepPath(back.next));
  return signedIn(request, token, back.next);
}

function refuse(reason: string) {
  log.warn({ action: 'staff.oidc', reason }, 'sign-in refused');
  return new Response(null, {
    status: 303,
    headers: { location: `${paths.signIn}?problem=oidc`, 'cache-control': 'no-store' },
  });
}
