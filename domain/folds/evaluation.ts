import type { EventOf } from '../events.ts';
import type { Occurred, Refused } from '../fold.ts';
import type { EpochMs } from '../instants.ts';

export interface EvaluationState extends Omit<EventOf<'evaluation.completed'>['data'], 'runId'> {
  readonly completedAt: EpochMs;
}

/** The latest report of a run replaces the one before. */
export function foldEvaluation(
  _state: EvaluationState | undefined,
  { event }: Occurred<EventOf<'evaluation.completed'>>,
): EvaluationState | Refused {
  const { runId: _, ...told } = event.data;
  return { ...told, completedAt: event.occurredAt };
}
