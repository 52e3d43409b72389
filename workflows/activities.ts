import { isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { EventActivities } from '#activities/event-activities';
import type { EventRef } from '#domain/ids';
import type { EventOutcome } from '#domain/outcomes';
import { isDefect, rootFailure } from './root-failure.ts';

// Three attempts of two seconds fit into one workflow task of ten.
const fast = proxyLocalActivities<EventActivities>({
  startToCloseTimeout: '2s',
  localRetryThreshold: '2s',
  retry: { initialInterval: '50ms', maximumAttempts: 3 },
});

// No limit of attempts: the work is idempotent, and trouble with the database ends some time.
const slow = proxyActivities<EventActivities>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});

/** Applies inside the workflow task, which costs the server nothing; what trouble keeps from it becomes a visible activity. */
export async function applyEvents(refs: readonly EventRef[]): Promise<EventOutcome[]> {
  try {
    return await fast.applyEvents(refs);
  } catch (error) {
    if (isCancellation(error) || isDefect(rootFailure(error))) throw error;
    return slow.applyEvents(refs);
  }
}
