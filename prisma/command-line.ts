import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A command line that cannot be meant; the message says what is wrong with it. */
export class UsageError extends Error {}

export interface Command {
  readonly name: string;
  /** How it is used: what `--help` prints. */
  readonly usage: string;
  /** The exit code of what fails: 1, unless that says something else of this command. */
  readonly failedCode?: 1 | 2;
}

/** Runs a command of the command line; the exit code is 2 for a line that cannot be meant, which is told with the usage. */
export async function runCommand({ name, usage, failedCode = 1 }: Command, work: () => Promise<void>): Promise<void> {
  if (process.argv.includes('--help')) return console.log(usage);
  try {
    await work();
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.exitCode = isUsage ? 2 : failedCode;
    console.error(isUsage ? `${name}: ${error.message}\n${usage}` : `${name}: ${reasonOf(error)}`);
  }
}

/** @throws UsageError for an option that is not among these, and for more words than may stand beside them */
export function readLine<const O extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: O,
  positionalsMax = 0,
) {
  try {
    const parsed = parseArgs({ args, options, allowPositionals: positionalsMax > 0 });
    if (parsed.positionals.length > positionalsMax)
      throw new Error(`unexpected "${parsed.positionals[positionalsMax]}"`);
    return parsed;
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}

/** One line that says what to do. Errors of a connection may have a code and no message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === '42P01' || code === '22023') return 'the database is not migrated: run "npm run migrate" first';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
    return `the database does not answer (${code}): is it running, and is DATABASE_URL right?`;
  const [firstLine = ''] = (error.message || code || error.name).split('\n');
  return firstLine;
}
