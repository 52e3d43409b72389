import { upsertSearchAttributes } from '@temporalio/workflow';
import type { EventRef } from '#domain/ids';
import { countOutcomes, outcomeOfSet, type OutcomeCounts } from '#domain/outcomes';
import { applyEvents } from './activities.ts';
import { outcomeKey } from './outcome.ts';

/** What came faster than runs can be made shares one. An event that throws is isolated by the activity and gets its own run later. */
export async function handleEvents(events: readonly EventRef[]): Promise<OutcomeCounts> {
  const counts = countOutcomes(await applyEvents(events));
  upsertSearchAttributes([{ key: outcomeKey, value: outcomeOfSet(counts) }]);
  return counts;
}
