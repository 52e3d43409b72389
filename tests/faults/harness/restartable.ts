import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { signal, tailLog, type Running } from '#deploy/services/process';
import { startService, untilReady, type Prepared, type Service } from '#deploy/services/service';
import { keepAlive } from '#deploy/stack/supervise';

/** A real process that a test kills, pauses and starts again, on the same port and with the same data. */
export interface Restartable {
  readonly name: string;
  readonly address: string;
  start(): Promise<void>;
  /** kill -9, and nothing else of it is stopped in an orderly way. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with how it ended. */
  terminate(): Promise<string>;
  pause(): void;
  resume(): void;
  isAlive(): boolean;
  pid(): number;
  /** From now on it is started again whenever it ends, as `npm start` does it, until that is ended. */
  superviseIt(): () => void;
  /** Resolves when it answers. */
  answers(): Promise<void>;
  /** Starts or continues it, where it is dead or paused. */
  revive(): Promise<void>;
  stop(): Promise<void>;
  tail(): string;
  /** The lines of its log that match, the last of them. */
  grep(pattern: RegExp): string;
}

const startDeadlineMs = 60_000;
const againMs = 300;
const linesMax = 20;

/** @param told is called with each fault, in words */
export function restartable(prepared: Prepared, told: (fault: string) => void): Restartable {
  const { name, logFile } = prepared.program;
  let service: Service | undefined;
  const running = () => {
    if (!service?.isAlive()) throw new Error(`${name} does not run. The end of ${logFile}:\n${tailLog(logFile)}`);
    return service;
  };
  return {
    name,
    address: prepared.address,
    async start() {
      if (service?.isAlive()) throw new Error(`${name} runs already`);
      service = await startPatiently(prepared);
    },
    async kill() {
      const { pid, exited } = running();
      told(`kill -9 ${name}`);
      signal(pid, 'SIGKILL');
      await exited;
    },
    async terminate() {
      const { pid, exited } = running();
      told(`kill -TERM ${name}`);
      signal(pid, 'SIGTERM');
      return exited;
    },
    pause() {
      told(`kill -STOP ${name}`);
      signal(running().pid, 'SIGSTOP');
    },
    resume() {
      signal(running().pid, 'SIGCONT');
    },
    isAlive: () => service?.isAlive() ?? false,
    pid: () => running().pid,
    superviseIt() {
      const stopping = new AbortController();
      const replace = (next: Running) => {
        service = { ...next, address: prepared.address };
      };
      void keepAlive(prepared, running(), stopping.signal, () => undefined, replace);
      return () => stopping.abort();
    },
    answers: () => untilReady(prepared, running()),
    async revive() {
      if (service?.isAlive()) signal(service.pid, 'SIGCONT');
      else service = await startPatiently(prepared);
    },
    async stop() {
      if (!service?.isAlive()) return;
      signal(service.pid, 'SIGCONT');
      await service.stop();
    },
    grep: (pattern) =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter((line) => pattern.test(line))
        .slice(-linesMax)
        .join('\n'),
    tail: () => `--- ${name} (${service?.isAlive() ? 'running' : 'not running'}), ${logFile}\n${tailLog(logFile)}`,
  };
}

// What was killed outright may hold its port or its shared memory for a moment longer.
async function startPatiently(prepared: Prepared): Promise<Service> {
  const deadline = Date.now() + startDeadlineMs;
  for (;;) {
    try {
      return await startService(prepared);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(againMs);
    }
  }
}
