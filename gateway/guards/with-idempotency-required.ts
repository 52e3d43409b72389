import { answer, refuse, refuseStranger } from '../answers/respond.ts';
import type { Handler } from '../context.ts';
import type { Admission } from '../redis/admit.ts';
import { guarded } from './guarded.ts';
import { refuseBody } from './refuse-body.ts';
import type { SignedRequest } from './signed-request.ts';

const inFlightRetryAfterS = 1;

/**
 * Answers repeats, and ends every hold that it was given: kept with the answer after an acceptance, given back after
 * anything else. Whoever is not verified passes untouched, to be refused further in.
 */
export function withIdempotencyRequired(inner: Handler): Handler {
  return guarded('idempotency', inner, async (c) => {
    const request = c.get('request');
    const refusal = (await refuseBody(request)) ?? refuseKey(request);
    if (refusal) return refusal;
    const admission = await request.admit();
    if (typeof admission === 'string') return inner(c);
    return admission.name === 'GO' ? settled(request, () => inner(c)) : (repeatOf(request, admission) ?? inner(c));
  });
}

function refuseKey(request: SignedRequest): Response | undefined {
  const { idempotencyKey } = request.headers;
  if (idempotencyKey === 'absent') return refuseStranger(request, 'idempotency_key_required');
  return idempotencyKey === 'invalid' ? refuseStranger(request, 'header_invalid') : undefined;
}

function repeatOf(request: SignedRequest, admission: Admission): Response | undefined {
  switch (admission.name) {
    case 'MISMATCH':
      return refuse(request, 'idempotency_key_reused');
    case 'INFLIGHT':
      return refuse(request, 'idempotency_in_flight', { retryAfterS: inFlightRetryAfterS });
    case 'REPLAY':
      return answer(request, 'replayed', admission.extra, true);
    case 'SKEW':
    case 'NONCE':
    case 'RATE':
    case 'GO':
      return undefined;
  }
}

async function settled(request: SignedRequest, next: () => Promise<Response>): Promise<Response> {
  const { admissions } = request.gateway;
  const hold = request.seen.identity?.hold;
  if (!hold) throw new Error('admitted without a hold');
  try {
    const response = await next();
    const { outcome } = request.seen;
    // Issued before the answer is written, not awaited: a repeat that misses it finds the row.
    if (outcome?.status === 200) void admissions.complete(hold, outcome.body);
    else await admissions.release(hold);
    return response;
  } catch (error) {
    await admissions.release(hold);
    throw error;
  }
}
