import { setTimeout as sleep } from 'node:timers/promises';
import { refuse, refuseStranger } from '../answers/respond.ts';
import type { Handler } from '../context.ts';
import { guarded } from './guarded.ts';
import { refuseBody } from './refuse-body.ts';
import type { SignedRequest } from './signed-request.ts';

const refusalFloorMs = 5;

/** Lets through only what its key's secret signed, in time, with a nonce of its own. */
export function withHmacAuth(inner: Handler): Handler {
  return guarded('hmac', inner, async (c) => {
    const request = c.get('request');
    const refusal = await refuseBody(request);
    if (refusal) return refusal;
    const auth = await request.auth();
    if (!auth.ok) {
      if (auth.code === 'body-failed') throw new Error('the body was read and was not');
      // Who asks for keys that nobody has crowds out others; its address pays, as for a wrong signature.
      if (auth.code === 'crowded') return refuseStranger(request, 'unavailable');
      if (auth.code !== 'signature_invalid') return refuse(request, auth.code);
      await waitForFloor(request);
      return refuseStranger(request, auth.code);
    }
    const admission = await request.admit();
    if (typeof admission === 'string') throw new Error('verified but not admitted');
    if (admission.name === 'SKEW') return refuse(request, 'timestamp_skewed');
    if (admission.name === 'NONCE') return refuse(request, 'nonce_replayed');
    return inner(c);
  });
}

/** A cold look-up, a second live secret and an unknown key then look alike. */
async function waitForFloor({ seen, arrivedMs }: SignedRequest) {
  const releasedAt = (seen.bodyReadMs ?? arrivedMs) + refusalFloorMs;
  // Timers count in whole milliseconds and may be early by one.
  for (let left = releasedAt - performance.now(); left > 0; left = releasedAt - performance.now()) {
    await sleep(Math.ceil(left));
  }
}
