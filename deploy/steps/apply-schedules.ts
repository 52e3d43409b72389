import { programArgs } from './build-programs.ts';
import { runProgram } from './run-program.ts';

/** The schedules of the jobs as this release wants them; what an operator paused stays paused. */
export function applySchedules(temporalAddress: string): Promise<void> {
  const next = 'Run "npm run schedules:apply" to see all of it.';
  return runProgram('making the schedules', programArgs('schedules'), { TEMPORAL_ADDRESS: temporalAddress }, next);
}
