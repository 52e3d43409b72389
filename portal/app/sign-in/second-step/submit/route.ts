import type { NextRequest } from 'next/server';
import { z } from 'zod';
import { pendingSession } from '../../../../auth/current-staff.ts';
import { takeSecondStep } from '../../../../auth/prove.ts';
import { secondStepPath, signInPath } from '../../../../paths.ts';
import { log } from '../../../../server/log.ts';
import { proofContext } from '../../../../server/proof-context.ts';
import { foreignRequest, refuses, signedIn } from '../../answers.ts';

const Form = z.object({
  kind: z.enum(['code', 'recovery']),
  code: z.string().max(64),
  next: z.string().max(2_048).optional(),
});

/** Takes a code of an app, or a recovery code, of a sign-in whose password was right. */
export async function POST(request: NextRequest) {
  const foreign = foreignRequest(request);
  if (foreign) return foreign;
  const form = Form.safeParse(Object.fromEntries(await request.formData().catch(() => new FormData())));
  if (!form.success) return refuses(request, 'refused', secondStepPath(), { code: 400 });
  const { kind, code, next } = form.data;
  const pending = await pendingSession();
  if (!pending) return refuses(request, 'refused', signInPath(next));
  const factor = { kind, code: kind === 'code' ? code.replaceAll(/\s/g, '') : code };
  const outcome = await takeSecondStep(proofContext(), pending, factor).catch((error: unknown) => {
    log.error({ action: 'staff.second_step', error: String(error) }, 'second step failed');
    return { status: 'unavailable' } as const;
  });
  log.info({ action: 'staff.second_step', outcome: outcome.status }, 'staff action');
  const back = secondStepPath(next);
  switch (outcome.status) {
    case 'limited':
      return refuses(request, 'limited', back, outcome);
    case 'unavailable':
    case 'refused':
      return refuses(request, outcome.status, back);
    case 'proven':
      return signedIn(request, outcome.token, next);
  }
}
