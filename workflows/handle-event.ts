import { ApplicationFailure, upsertSearchAttributes } from '@temporalio/workflow';
import type { EventRef } from '#domain/ids';
import type { EventOutcome } from '#domain/outcomes';
import { applyEvents } from './activities.ts';
import { outcomeKey } from './outcome.ts';

/** One event in a run of its own. A rejected event is a completed run; a failed run is a defect and waits for staff. */
export async function handleEvent(event: EventRef): Promise<EventOutcome> {
  const [done] = await applyEvents([event]);
  if (!done) throw ApplicationFailure.nonRetryable('the activity told no outcome', 'NoOutcome');
  upsertSearchAttributes([{ key: outcomeKey, value: done.outcome }]);
  return done;
}
