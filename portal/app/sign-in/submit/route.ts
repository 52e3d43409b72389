import type { NextRequest } from 'next/server';
import { z } from 'zod';
import { clientAddress } from '../../../auth/client-address.ts';
import { signIn } from '../../../auth/sign-in.ts';
import { secondStepPath, signInPath } from '../../../paths.ts';
import { database } from '../../../server/database.ts';
import { environment } from '../../../server/environment.ts';
import { log } from '../../../server/log.ts';
import { now } from '../../../server/now.ts';
import { foreignRequest, goesOn, refuses, signedIn } from '../answers.ts';

const Form = z.object({
  email: z
    .string()
    .max(320)
    .regex(/^[^\0]+$/),
  password: z.string().min(1).max(1_024),
  next: z.string().max(2_048).optional(),
});

/** Takes the sign-in form. */
export async function POST(request: NextRequest) {
  const foreign = foreignRequest(request);
  if (foreign) return foreign;
  const form = Form.safeParse(Object.fromEntries(await request.formData().catch(() => new FormData())));
  if (!form.success) return refuses(request, 'refused', signInPath(), { code: 400 });
  const { email, password, next } = form.data;
  const address = clientAddress(request.headers, environment().TRUSTED_PROXIES);
  const attempt = { email, password, address, userAgent: request.headers.get('user-agent') ?? '', now: now() };
  const outcome = await signIn(database().pool, attempt).catch((error: unknown) => {
    log.error({ action: 'staff.sign_in', error: String(error) }, 'sign-in failed');
    return { status: 'unavailable' } as const;
  });
  log.info({ action: 'staff.sign_in', outcome: outcome.status }, 'staff action');
  switch (outcome.status) {
    case 'limited':
      return refuses(request, 'limited', signInPath(next), outcome);
    case 'unavailable':
    case 'refused':
      return refuses(request, outcome.status, signInPath(next));
    case 'second_step':
      return goesOn(request, outcome.token, secondStepPath(next));
    case 'signed_in':
      return signedIn(request, outcome.token, next);
  }
}
