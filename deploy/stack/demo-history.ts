import { join } from 'node:path';
import { startProcess, tailLog, type Running } from '../services/process.ts';
import { places } from './places.ts';

const stopTimeoutMs = 15_000;
/** It was stopped, by us. */
const stopped = 'exit code 130';

/**
 * Has the demo's thirteen months told beside the stack, which is ready meanwhile. Told once, it ends at once; stopped, the next start goes on.
 * `TRIBUTARY_DEMO=off`: nothing is told.
 */
export async function tellDemoHistory(say: (line: string) => void): Promise<Running | undefined> {
  if (process.env['TRIBUTARY_DEMO'] === 'off') return undefined;
  const logFile = join(places.logs, 'demo.log');
  const running = await startProcess({
    name: 'demo',
    command: process.execPath,
    args: ['--import', 'tsx', 'demo/main.ts', 'history'],
    env: { TRIBUTARY_DATA: places.data },
    logFile,
    stopSignal: 'SIGTERM',
    stopTimeoutMs,
  });
  void running.exited.then((reason) => report(reason, logFile, say));
  return running;
}

function report(reason: string, logFile: string, say: (line: string) => void) {
  if (reason === 'exit code 0') return say('the demo is told: thirteen months of twelve orgs');
  if (reason === stopped || reason.startsWith('killed')) return;
  say(
    `the demo was not told to its end (${reason}); the next start goes on with it. The end of ${logFile}:\n${tailLog(logFile)}`,
  );
}
