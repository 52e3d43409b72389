import type { DunningPolicy } from './dunning-policy.ts';
import { refusal, type Refusal } from './refusals.ts';

/** Days since 1970-01-01, UTC. */
export type UtcDay = number;

export type DunningState = 'retrying' | 'exhausted' | 'ended' | 'closed';

/** The legal moves. A payment during the grace still recovers an exhausted case. */
export const dunningMoves = {
  retrying: ['exhausted', 'closed'],
  exhausted: ['ended', 'closed'],
  ended: [],
  closed: [],
} as const satisfies Record<DunningState, readonly DunningState[]>;

/** One case per invoice, opened by a failed collection. Steps count from 1, in the order of the policy's days. */
export interface DunningCase {
  readonly state: DunningState;
  readonly policy: DunningPolicy;
  readonly failedOn: UtcDay;
  /** Neither made nor used up. */
  readonly stepsLeft: readonly number[];
  /** The day of the latest scheduled retry: one a day at most. */
  readonly lastStepOn?: UtcDay | undefined;
  /** Since when a hard decline stops the retries. */
  readonly stoppedOn?: UtcDay | undefined;
  /** The payment method changed, and its retry is still to be made: of an open case, or of one that ended and left its invoice due. */
  readonly hasNewMethod: boolean;
  readonly exhaustedOn?: UtcDay | undefined;
  readonly closedBy?: 'paid' | 'voided' | 'canceled' | undefined;
}

export type Retry =
  | { readonly trigger: 'schedule'; readonly step: number }
  | { readonly trigger: 'new_method' }
  | { readonly trigger: 'by_hand' };

export type DunningAct =
  | { readonly do: 'wait' }
  | { readonly do: 'retry'; readonly retry: Retry }
  | { readonly do: 'end'; readonly endState: DunningPolicy['endState'] };

const wait: DunningAct = { do: 'wait' };

export function openCase(policy: DunningPolicy, failedOn: UtcDay, decline: 'soft' | 'hard'): DunningCase {
  const stepsLeft = policy.retryDays.map((_, index) => index + 1);
  const opened = exhaustedIfDone({ state: 'retrying', policy, failedOn, stepsLeft, hasNewMethod: false }, failedOn);
  return afterDecline(opened, decline, failedOn);
}

/**
 * What a slot of the day does about a case that stands as `onDay` gives it. Nothing new starts over an attempt whose outcome
 * is not known.
 */
export function actOf(dunning: DunningCase, today: UtcDay, hasUnsettledAttempt: boolean): DunningAct {
  if (hasUnsettledAttempt) return wait;
  if (dunning.hasNewMethod) return { do: 'retry', retry: { trigger: 'new_method' } };
  const due = nextDayOf(dunning);
  if (due === undefined || today < due) return wait;
  if (dunning.state === 'exhausted') return { do: 'end', endState: dunning.policy.endState };
  const [step] = dunning.stepsLeft;
  if (step === undefined || dunning.stoppedOn !== undefined) return wait;
  return { do: 'retry', retry: { trigger: 'schedule', step } };
}

/**
 * The case as it stands on a day. Steps whose day passed while a hard decline stopped the retries are used up; days without
 * slots use none up. Once the last day passed in a stop, what was missed before it is used up too, so that the case ends.
 */
export function onDay(dunning: DunningCase, today: UtcDay): DunningCase {
  const { state, stoppedOn, stepsLeft } = dunning;
  if (state !== 'retrying' || stoppedOn === undefined) return dunning;
  const lastDay = dayOf(dunning, dunning.policy.retryDays.length);
  const hasPassed = (day: UtcDay) => stoppedOn <= day && day < today;
  if (hasPassed(Math.max(lastDay, stoppedOn)))
    return exhaustedIfDone({ ...dunning, stepsLeft: [] }, Math.max(lastDay, stoppedOn));
  return { ...dunning, stepsLeft: stepsLeft.filter((step) => !hasPassed(dayOf(dunning, step))) };
}

/** The first day on which a slot has something to do for the case by itself; undefined when only others can move it. */
export function nextDayOf(dunning: DunningCase): UtcDay | undefined {
  const { state, policy, stepsLeft, lastStepOn, stoppedOn, exhaustedOn } = dunning;
  if (state === 'exhausted' && exhaustedOn !== undefined) return exhaustedOn + policy.graceDays;
  const [step] = stepsLeft;
  if (state !== 'retrying' || step === undefined) return undefined;
  if (stoppedOn !== undefined) return Math.max(dayOf(dunning, policy.retryDays.length), stoppedOn) + 1;
  return Math.max(dayOf(dunning, step), lastStepOn === undefined ? -Infinity : lastStepOn + 1);
}

/** After a retry was begun: a scheduled one makes its step, others use none. The case is exhausted on the day of its last step. */
export function afterRetry(dunning: DunningCase, retry: Retry, today: UtcDay): DunningCase {
  switch (retry.trigger) {
    case 'schedule': {
      const stepsLeft = dunning.stepsLeft.filter((step) => step !== retry.step);
      return exhaustedIfDone({ ...dunning, stepsLeft, lastStepOn: today }, today);
    }
    case 'new_method':
      return { ...dunning, hasNewMethod: false };
    case 'by_hand':
      return dunning;
  }
}

/** A hard decline stops the retries until the payment method changes; one of a method that changed meanwhile stops nothing. */
export function afterDecline(dunning: DunningCase, decline: 'soft' | 'hard', today: UtcDay): DunningCase {
  if (decline === 'soft' || dunning.hasNewMethod || !isOpen(dunning)) return dunning;
  return { ...dunning, stoppedOn: dunning.stoppedOn ?? today };
}

/**
 * A change of the payment method lifts the stop and retries at once, or as soon as an unknown attempt has its truth. What a case that ended left
 * due is tried once, and the case stays ended.
 */
export function afterNewMethod(dunning: DunningCase, today: UtcDay): DunningCase {
  if (dunning.state === 'ended') return { ...dunning, hasNewMethod: true };
  const standing = onDay(dunning, today);
  return isOpen(standing) ? { ...standing, stoppedOn: undefined, hasNewMethod: true } : standing;
}

/** A manual retry does not use up the schedule, nor does it need an open case. It is refused over an attempt whose outcome is not known. */
export function retryByHand(hasUnsettledAttempt: boolean): Retry | Refusal {
  return hasUnsettledAttempt ? refusal('attempt_unsettled') : { trigger: 'by_hand' };
}

/**
 * Payment, voiding or cancelling closes the case and stops everything. One that ended stays so, and nothing of it is left to be made; paid, it is over
 * too: what is due again after that is collected anew.
 */
export function closeCase(dunning: DunningCase, closedBy: 'paid' | 'voided' | 'canceled'): DunningCase {
  if (dunning.state === 'ended')
    return { ...dunning, hasNewMethod: false, closedBy: closedBy === 'paid' ? closedBy : dunning.closedBy };
  return moved({ ...dunning, closedBy, hasNewMethod: false }, dunning, 'closed');
}

/** After the end state was brought about. */
export function endCase(dunning: DunningCase): DunningCase {
  return moved({ ...dunning, hasNewMethod: false }, dunning, 'ended');
}

/** A notice goes out once per case, step and channel; step 0 is the opening. */
export function noticeKey(caseId: string, step: number, channel: string): string {
  return `notice:${caseId}:${step}:${channel}`;
}

export function isOpen({ state }: DunningCase): boolean {
  return dunningMoves[state].length > 0;
}

/** Day n is the n-th UTC calendar day after the failed collection. */
function dayOf({ policy, failedOn }: DunningCase, step: number): UtcDay {
  return failedOn + (policy.retryDays[step - 1] ?? 0);
}

function exhaustedIfDone(dunning: DunningCase, lastStepOn: UtcDay): DunningCase {
  return dunning.stepsLeft.length > 0 ? dunning : moved({ ...dunning, exhaustedOn: lastStepOn }, dunning, 'exhausted');
}

/** The changed case in its new state, or, where the move is not legal, the case as it was. */
function moved(changed: DunningCase, before: DunningCase, state: DunningState): DunningCase {
  const legal: readonly DunningState[] = dunningMoves[before.state];
  return legal.includes(state) ? { ...changed, state } : before;
}
