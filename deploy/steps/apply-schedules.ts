import { runProgram } from './run-program.ts';

/** The schedules of the jobs as this release wants them; what an operator paused stays paused. */
export function applySchedules(temporalAddress: string): Promise<void> {
  const next = 'Run "npm run schedules:apply" to see all of it.';
  const args = ['--import', 'tsx', 'temporal/schedules-cli.ts'];
  return runProgram('making the schedules', args, { TEMPORAL_ADDRESS: temporalAddress }, next);
}
