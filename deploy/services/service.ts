import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess, tailLog } from './process.ts';
import type { Program, Running } from './process.ts';

/** All that is needed to start a service, and to start it again on the same port and data. */
export type Prepared = {
  readonly program: Program;
  readonly address: string;
  readonly ready: () => Promise<void>;
};

export type Service = Running & { readonly address: string };

const readyTimeoutMs = 60_000;
const pollMs = 50;

export async function startService(prepared: Prepared): Promise<Service> {
  const running = await startProcess(prepared.program);
  try {
    await untilReady(prepared, running);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return { ...running, address: prepared.address };
}

/** Waits until the program answers; throws with the end of its log when it ends or stays silent. */
export async function untilReady({ program, ready }: Prepared, running: Running): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  let ended: string | undefined;
  void running.exited.then((reason) => {
    ended = reason;
  });
  for (;;) {
    const failure = await ready().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined && ended === undefined) return;
    if (ended !== undefined)
      throw new Error(
        `${program.name} ended while starting (${ended}). The end of ${program.logFile}:\n${tailLog(program.logFile)}`,
      );
    if (Date.now() > deadline) {
      throw new Error(
        `${program.name} did not answer within ${readyTimeoutMs / 1000} s (${String(failure)}). The end of ${program.logFile}:\n${tailLog(program.logFile)}`,
      );
    }
    await sleep(pollMs);
  }
}
