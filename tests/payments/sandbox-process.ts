import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programArgs } from '#deploy/steps/build-programs';

export interface SandboxProcess {
  readonly url: string;
  /** Kills it without notice and starts it again on the same file and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The sandbox provider as the stack runs it: a process of its own on a free port. */
export async function startSandbox(env: Readonly<Record<string, string>> = {}): Promise<SandboxProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const all = { SANDBOX_FILE: join(folder, 'book.jsonl'), SANDBOX_ANSWER_MS: '2', SANDBOX_PORT: '0', ...env };
  let running = await start(all);
  return {
    url: `http://127.0.0.1:${running.port}`,
    async restart() {
      await kill(running.child);
      running = await start({ ...all, SANDBOX_PORT: String(running.port) });
    },
    async stop() {
      await kill(running.child);
      await rm(folder, { recursive: true });
    },
  };
}

async function start(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, programArgs('sandbox'), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const told: unknown = JSON.parse(line);
    const port = /"port":(\d+)/.exec(JSON.stringify(told))?.[1];
    if (port) return { child, port: Number(port) };
  }
  throw new Error('the sandbox did not start');
}

async function kill(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
