import { spawn } from 'node:child_process';
import { once } from 'node:events';

const failureTailLines = 40;

/** Runs a program to its end with its output held back; shown only when it fails, with what to do next. */
export async function runProgram(
  what: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  next: string,
): Promise<void> {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  await once(child, 'close');
  if (child.exitCode === 0) return;
  const tail = output.join('').trimEnd().split('\n').slice(-failureTailLines).join('\n');
  throw new Error(`${what} failed:\n${tail}\n${next}`);
}
