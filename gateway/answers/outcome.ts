import type { ProblemCode } from '#domain/errors';
import type { Issue } from '#domain/issues';

/** How a request ended: what its record, its metrics and its log line are made from. */
export interface Outcome {
  readonly status: number;
  readonly code: OutcomeCode;
  readonly body: string;
  readonly issues?: readonly Issue[] | undefined;
}

export type OutcomeCode = ProblemCode | 'accepted' | 'repeated' | 'replayed' | 'state';
