import type { NextRequest } from 'next/server';
import { z } from 'zod';
import { clientAddress } from '../../../auth/client-address.ts';
import { pendingSession } from '../../../auth/current-staff.ts';
import { PasskeyAnswer } from '../../../auth/passkey-schema.ts';
import { takeSecondStep } from '../../../auth/prove.ts';
import { signInWithPasskey } from '../../../auth/sign-in.ts';
import { paths } from '../../../paths.ts';
import { environment } from '../../../server/environment.ts';
import { log } from '../../../server/log.ts';
import { proofContext } from '../../../server/proof-context.ts';
import { foreignRequest, refuses, signedIn } from '../answers.ts';

const Body = z.object({ answer: PasskeyAnswer, next: z.string().max(2_048).optional() });

/** Takes what a passkey signed: as the second step that is due, else as a whole sign-in. */
export async function POST(request: NextRequest) {
  const foreign = foreignRequest(request);
  if (foreign) return foreign;
  const body = Body.safeParse(await request.json().catch(() => undefined));
  if (!body.success) return refuses(request, 'refused', paths.signIn, { code: 400 });
  const { answer, next } = body.data;
  const outcome = await take(request, answer).catch((error: unknown) => {
    log.error({ action: 'staff.passkey', error: String(error) }, 'sign-in failed');
    return { status: 'unavailable' } as const;
  });
  log.info({ action: 'staff.passkey', outcome: outcome.status }, 'staff action');
  if ('token' in outcome) return signedIn(request, outcome.token, next);
  return refuses(request, outcome.status, paths.signIn, outcome.status === 'limited' ? outcome : {});
}

async function take(request: NextRequest, answer: PasskeyAnswer) {
  const context = proofContext();
  const pending = await pendingSession();
  if (pending) return takeSecondStep(context, pending, { kind: 'passkey', answer });
  const address = clientAddress(request.headers, environment().TRUSTED_PROXIES);
  return signInWithPasskey(context, answer, { address, userAgent: request.headers.get('user-agent') ?? '' });
}
