import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** What went wrong, whichever way the activity ran: local ones reject with it bare, others wrap it. The only place that unwraps. */
export function rootFailure(error: unknown): unknown {
  return error instanceof ActivityFailure ? error.cause : error;
}

/** Doing it again cannot help: the code or what was stored is wrong. */
export function isDefect(failure: unknown): boolean {
  return failure instanceof ApplicationFailure && failure.nonRetryable === true;
}
