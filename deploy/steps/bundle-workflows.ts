import { runProgram } from './run-program.ts';

/** The workflows as the sandbox runs them, made once: gateway and worker would each make them while starting. */
export function bundleWorkflows(): Promise<void> {
  const next = 'Run "node --import tsx temporal/bundle-cli.ts" to see all of it.';
  return runProgram('bundling the workflows', ['--import', 'tsx', 'temporal/bundle-cli.ts'], {}, next);
}
