import { refuse } from '../answers/respond.ts';
import type { Handler } from '../context.ts';
import { guarded } from './guarded.ts';

/**
 * Outermost. Strangers are limited by address, before their body is read; a key's own quota is spent only by what its
 * secret signed. Without the limiter's store nothing goes on: it also holds the nonces.
 */
export function withRateLimit(inner: Handler): Handler {
  return guarded('rate-limit', inner, async (c) => {
    const request = c.get('request');
    const standing = request.gateway.addresses.check(request.addressPrefix);
    if (standing.waitMs > 0) {
      request.seen.isTurnedAway = true;
      return refuse(request, 'rate_limited', { retryAfterS: standing.waitMs / 1_000, address: standing });
    }
    const admission = await request.admit();
    if (admission === 'away') return refuse(request, 'unavailable');
    if (admission !== 'not-run' && admission.name === 'RATE') {
      return refuse(request, 'rate_limited', { retryAfterS: Number(admission.extra) / 1_000 });
    }
    return inner(c);
  });
}
