import { spawnSync } from 'node:child_process';
import { access } from 'node:fs/promises';
import { findOnPath } from './services/find-program.ts';

/** Chromium without windows of its own: a page costs it a third of what it costs the others. */
const shell = 'chromium-headless-shell';
const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser of the tests: CHROMIUM_PATH, else what is on PATH or can be installed there, the one without windows first. */
export async function findChromium(say: (line: string) => void): Promise<string> {
  const configured = process.env['CHROMIUM_PATH'];
  if (configured) {
    await access(configured).catch(() => {
      throw new Error(`CHROMIUM_PATH names ${configured}, which is not there`);
    });
    return configured;
  }
  const found =
    (await findOnPath([shell])) ??
    (await installed(shell, say)) ??
    (await findOnPath(programs)) ??
    (await installed('chromium', say));
  if (found) return found;
  throw new Error(
    `no Chromium for the portal's tests: run "sudo apt-get update && sudo apt-get install ${shell}" (or your system's way), or set CHROMIUM_PATH`,
  );
}

/** The system's package of this name, where we are root on Debian or Ubuntu and it can be had. */
async function installed(name: string, say: (line: string) => void): Promise<string | undefined> {
  const isDebian = (await findOnPath(['apt-get'])) !== undefined;
  if (process.getuid?.() !== 0 || !isDebian) return undefined;
  say(`installing Chromium (apt-get install ${name}); this takes a minute the first time`);
  const install = ['install', '--yes', '--no-install-recommends', name];
  for (const args of [['update', '--quiet'], install]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status === 0) continue;
    say(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
    return undefined;
  }
  return findOnPath([name]);
}
