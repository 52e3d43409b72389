import type { Answer } from './answer.ts';

const backoffMs = 250;
const backoffMsMax = 60_000;

/** What the attempts of one call have used up: two remedies help once, or not at all. */
export interface Tried {
  readonly attempts: number;
  readonly hasRenewedNonce: boolean;
  readonly hasSetClock: boolean;
}

export interface Retry {
  readonly reason: 'busy' | 'nonce' | 'clock';
  /** Shortest wait that the gateway asked for. */
  readonly notBeforeMs: number;
  /** What the gateway's clock showed, where ours was refused. */
  readonly clockMs?: number;
}

/**
 * Whether the same request may be sent again, signed anew; undefined when that cannot help.
 * @param answer undefined when there was none: network error or timeout
 */
export function retryAfter(answer: Answer | undefined, tried: Tried): Retry | undefined {
  if (!answer) return { reason: 'busy', notBeforeMs: 0 };
  const { status, code, retryAfterMs = 0 } = answer;
  if (code === 'nonce_replayed') return tried.hasRenewedNonce ? undefined : { reason: 'nonce', notBeforeMs: 0 };
  if (code === 'timestamp_skewed') {
    const isMendable = !tried.hasSetClock && answer.dateMs !== undefined;
    return isMendable ? { reason: 'clock', notBeforeMs: 0, clockMs: answer.dateMs } : undefined;
  }
  const isBusy = code === 'idempotency_in_flight' || status === 429 || status === 503;
  if (isBusy || status === 500 || status === 502 || status === 504)
    return { reason: 'busy', notBeforeMs: retryAfterMs };
  return undefined;
}

/**
 * Full jitter: any time up to a bound that doubles, on top of what the gateway asked for.
 * @param random 0 to 1
 */
export function waitMs(retry: Retry, attempts: number, random: number): number {
  if (retry.reason !== 'busy') return 0;
  const bound = Math.min(backoffMsMax, backoffMs * 2 ** attempts);
  return retry.notBeforeMs + Math.round(random * bound);
}

/** Whether an answer leaves open what became of the request. A refusal does not; nor does a 503, which promises that nothing was accepted. */
export function leavesOpen(answer: Answer | undefined): boolean {
  if (!answer) return true;
  return answer.status !== 503 && answer.status >= 500;
}
