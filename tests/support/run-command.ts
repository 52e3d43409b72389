import { execFile } from 'node:child_process';
import { builtArgs } from './built.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const timeoutMs = 60_000;

/** Runs an entry point. Its environment is `env` and what a program needs to run at all. */
export async function runCommand(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  options: { readonly input?: string | Buffer; readonly cwd?: string } = {},
): Promise<CommandResult> {
  const { PATH = '', HOME = '' } = process.env;
  const built = await builtArgs(file);
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [...built, ...args],
      { env: { PATH, HOME, ...env }, timeout: timeoutMs, ...(options.cwd !== undefined && { cwd: options.cwd }) },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? '');
  });
}
