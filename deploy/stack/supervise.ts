import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess, tailLog } from '../services/process.ts';
import type { Running } from '../services/process.ts';
import type { Prepared } from '../services/service.ts';
import { untilReady } from '../services/service.ts';

export type Supervised = {
  readonly name: string;
  /** What its command line has, to know it again by. */
  readonly mark: string;
  pid(): number;
  stop(): Promise<void>;
};

const firstWaitMs = 100;
const longestWaitMs = 5_000;
const steadyAfterMs = 30_000;

/** Starts a program, waits until it answers, and starts it again whenever it ends before stop() is called. */
export async function supervise(
  prepared: Prepared,
  say: (line: string) => void,
  changed: () => void,
): Promise<Supervised> {
  const { program } = prepared;
  let running = await startProcess(program);
  const stopping = new AbortController();
  const supervised = {
    name: program.name,
    mark: markOf(prepared),
    pid: () => running.pid,
    stop: async () => {
      stopping.abort();
      await running.stop();
    },
  };
  try {
    await untilReady(prepared, running);
  } catch (error) {
    await supervised.stop();
    throw error;
  }
  const replace = (next: Running) => {
    running = next;
    changed();
  };
  void keepAlive(prepared, running, stopping.signal, say, replace);
  return supervised;
}

function markOf({ program }: Prepared) {
  const script = program.command === process.execPath ? program.args.at(-1) : undefined;
  return script ?? basename(program.command);
}

/** Starts it again whenever it ends, until told to stop. */
export async function keepAlive(
  { program }: Prepared,
  first: Running,
  stopping: AbortSignal,
  say: (line: string) => void,
  replace: (next: Running) => void,
) {
  let running = first;
  let waitMs = firstWaitMs;
  let startedAt = Date.now();
  for (;;) {
    const reason = await running.exited;
    if (stopping.aborted) return;
    if (Date.now() - startedAt > steadyAfterMs) waitMs = firstWaitMs;
    say(
      `${program.name} ended (${reason}); it is started again in ${waitMs} ms. The end of ${program.logFile}:\n${tailLog(program.logFile)}`,
    );
    await sleep(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return;
    waitMs = Math.min(waitMs * 2, longestWaitMs);
    startedAt = Date.now();
    running = await startProcess(program);
    replace(running);
    if (stopping.aborted) await running.stop();
  }
}
