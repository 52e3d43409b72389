import type { EventRef } from '#domain/ids';
import type { EventOutcome } from '#domain/outcomes';

/** What workflows of events may ask for. Only JSON crosses. */
export interface EventActivities {
  applyEvents(refs: readonly EventRef[]): Promise<EventOutcome[]>;
}
