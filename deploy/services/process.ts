import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type Account = { readonly uid: number; readonly gid: number };

export type Program = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly account?: Account | undefined;
  readonly logFile: string;
  readonly stopSignal: 'SIGTERM' | 'SIGINT';
  readonly stopTimeoutMs: number;
};

export type Running = {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<string>;
  isAlive(): boolean;
  stop(): Promise<void>;
};

const logTailLines = 12;

/** Starts a program in a process group of its own, so that Ctrl-C reaches it only through stop(). */
export async function startProcess(program: Program): Promise<Running> {
  mkdirSync(dirname(program.logFile), { recursive: true });
  const log = openSync(program.logFile, 'a');
  const [command, args] = boundToOurLife(program.command, program.args, program.stopSignal);
  const child = spawn(command, args, {
    cwd: program.cwd,
    env: { ...process.env, ...program.env },
    ...program.account,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let alive = true;
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
  }).finally(() => {
    alive = false;
  });
  const pid = child.pid ?? (await failedStart(program, exited));
  living.add(pid);
  void exited.then(() => living.delete(pid));
  return {
    name: program.name,
    pid,
    exited,
    isAlive: () => alive,
    stop: () => stopGroup(program, pid, exited, () => alive),
  };
}

/** The end of a program's log, for a message that says why it failed. */
export function tailLog(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-logTailLines)
      .map((line) => `    ${line}`)
      .join('\n');
  } catch {
    return '    (no log)';
  }
}

// The last resort, when we end without having stopped what we started.
const living = new Set<number>();
process.once('exit', () => {
  for (const pid of living) signal(-pid, 'SIGKILL');
});

async function failedStart(program: Program, exited: Promise<string>): Promise<never> {
  throw new Error(`${program.name}: cannot start ${program.command}: ${await exited}`);
}

async function stopGroup(program: Program, pid: number, exited: Promise<string>, isAlive: () => boolean) {
  if (isAlive()) {
    signal(pid, program.stopSignal);
    const timer = setTimeout(() => signal(-pid, 'SIGKILL'), program.stopTimeoutMs);
    await exited.finally(() => clearTimeout(timer));
  }
  signal(-pid, 'SIGKILL');
}

export function isRunning(pid: number): boolean {
  try {
    return Number.isSafeInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Signals a process, or a group when negative; one that is gone is no failure. */
export function signal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** On Linux the kernel stops such a child when we are killed with SIGKILL. Elsewhere the next start cleans up. */
export function boundToOurLife(
  command: string,
  args: readonly string[],
  stopSignal: Program['stopSignal'],
): [string, string[]] {
  if (!hasParentDeathSignal()) return [command, [...args]];
  return ['setpriv', ['--pdeathsig', stopSignal.replace('SIG', ''), command, ...args]];
}

let parentDeathSignal: boolean | undefined;

function hasParentDeathSignal() {
  parentDeathSignal ??=
    process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0;
  return parentDeathSignal;
}
