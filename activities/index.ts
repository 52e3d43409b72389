import { activityInfo } from '@temporalio/activity';
import type pg from 'pg';
import type { EventOutcome, VerdictGiven } from '#domain/outcomes';
import { applyEvents } from './apply-events.ts';
import type { EventActivities } from './event-activities.ts';

export interface ActivityResources {
  /** Impatient: a local attempt has two seconds. */
  readonly apply: pg.Pool;
  /** For what did not fit into them, and runs as a visible activity. */
  readonly applyPatiently: pg.Pool;
  /** Told after the commit. */
  readonly onDecided: (outcomes: readonly EventOutcome[]) => void;
  /** Told after each commit what it decided. */
  readonly onVerdicts: (given: readonly VerdictGiven[]) => void;
}

export function createActivities({ apply, applyPatiently, onDecided, onVerdicts }: ActivityResources): EventActivities {
  return {
    /** Key: the event's row in the queue. */
    async applyEvents(refs) {
      const { isLocal, workflowExecution } = activityInfo();
      const outcomes = await applyEvents(
        isLocal ? apply : applyPatiently,
        refs,
        workflowExecution?.workflowId ?? 'unknown',
        onVerdicts,
        !isLocal,
      );
      onDecided(outcomes);
      return outcomes;
    },
  };
}
