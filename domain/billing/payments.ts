import { dayMs, hourMs, minuteMs, type EpochMs } from '../instants.ts';
import { refusal, type Refusal } from './refusals.ts';

export type AttemptStatus = 'pending' | 'succeeded' | 'failed' | 'unknown';

/** The legal moves. Timeout, reset and any exception are `unknown`: only the provider's word makes it one of the others. */
export const attemptMoves = {
  pending: ['succeeded', 'failed', 'unknown'],
  unknown: ['succeeded', 'failed'],
  succeeded: [],
  failed: [],
} as const satisfies Record<AttemptStatus, readonly AttemptStatus[]>;

export interface Attempt {
  readonly attempt: number;
  readonly status: AttemptStatus;
  /** When it was made, whatever slot it is of. */
  readonly startedAt: EpochMs;
}

/** What a provider says, or is found to have done. `hard` will never succeed with this payment method. */
export type ChargeOutcome =
  | { readonly status: 'succeeded' }
  | { readonly status: 'failed'; readonly decline: 'soft' | 'hard'; readonly code: string }
  | { readonly status: 'unknown' };

/** A provider's idempotency key is trusted for less than this; from then on the charge is looked up, never sent again. */
export const keyTrustedMs = 23 * hourMs;

/** A pending attempt this old has lost the one who made it: the provider is asked. */
export const pendingMsMax = 2 * minuteMs;

/** Longer than any call to a provider is waited for, there or here. */
const onItsWayMsMax = 5 * minuteMs;

/** How long after an attempt without an outcome the provider is asked: at 5 min, 1 h and 22 h, then daily five times. */
const askedAfterMs = [5 * minuteMs, hourMs, 22 * hourMs, ...[1, 2, 3, 4, 5].map((days) => 22 * hourMs + days * dayMs)];

/**
 * From the last time on at which the provider is asked while its key is still trusted, a charge is looked up only: it was last sent long
 * before, so that what the provider does not have then was not charged, and no attempt grows older than the key without an outcome.
 */
export const resentMsMax = 22 * hourMs;

/** The key of an attempt, stored before the provider is called. */
export function attemptKey(invoiceId: string, attempt: number): string {
  return `pay:${invoiceId}:${attempt}`;
}

/** The number of the next attempt. At most one of an invoice is pending or unknown: none starts over such a one. */
export function nextAttempt(attempts: readonly Attempt[]): number | Refusal {
  if (attempts.some(isUnsettled)) return refusal('attempt_unsettled');
  return attempts.reduce((last, { attempt }) => Math.max(last, attempt), 0) + 1;
}

export function isUnsettled({ status }: Pick<Attempt, 'status'>): boolean {
  return status === 'pending' || status === 'unknown';
}

/** What an attempt is after an outcome. Told twice it changes nothing, and what is settled stays. */
export function settle(before: AttemptStatus, outcome: AttemptStatus): AttemptStatus {
  const legal: readonly AttemptStatus[] = attemptMoves[before];
  return legal.includes(outcome) ? outcome : before;
}

/** Whether the janitor asks the provider for the truth about an attempt; also about one that a clock which was ahead made in a time to come. */
export function mustAsk({ status, startedAt }: Attempt, now: EpochMs): boolean {
  return status === 'unknown' || (status === 'pending' && Math.abs(now - startedAt) > pendingMsMax);
}

/** Whether a charge may be on its way to its provider, which does not know of it yet: what it has not got is not what it will not get. */
export function mayBeOnItsWay({ startedAt }: Pick<Attempt, 'startedAt'>, now: EpochMs): boolean {
  return Math.abs(now - startedAt) < onItsWayMsMax;
}

/** Whether the same charge may be sent again under its key, which then cannot charge twice. */
export function isKeyTrusted({ startedAt }: Pick<Attempt, 'startedAt'>, now: EpochMs): boolean {
  return now - startedAt < keyTrustedMs;
}

/** When the provider is asked next about an attempt whose outcome is not known; undefined when only staff can find out. */
export function nextAskAt({ startedAt }: Pick<Attempt, 'startedAt'>, now: EpochMs): EpochMs | undefined {
  return askedAfterMs.map((afterMs) => Math.min(startedAt, now) + afterMs).find((at) => at > now);
}

/** Whether what the provider does not have may be sent again. */
export function mayResend({ startedAt }: Pick<Attempt, 'startedAt'>, now: EpochMs): boolean {
  return now - startedAt < resentMsMax;
}

/** Why an attempt failed of which its provider has no charge: what it was to pay was not there, or was no longer due. */
export const notCharged = 'not_charged';
export const noLongerDue = 'no_longer_due';

/** What a look-up settles: the charge that the provider has, or, where it has none, that the attempt failed without one. */
export function outcomeOfLookUp(found: ChargeOutcome | undefined): ChargeOutcome {
  return found ?? { status: 'failed', decline: 'soft', code: notCharged };
}
