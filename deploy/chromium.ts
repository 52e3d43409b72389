import { spawnSync } from 'node:child_process';
import { access } from 'node:fs/promises';
import { findOnPath } from './services/find-program.ts';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const install = ['apt-get', 'install', '--yes', '--no-install-recommends', 'chromium'];

/** The browser of the tests: CHROMIUM_PATH, one on PATH, else the system's package where we are root on Debian or Ubuntu. */
export async function findChromium(say: (line: string) => void): Promise<string> {
  const configured = process.env['CHROMIUM_PATH'];
  if (configured) {
    await access(configured).catch(() => {
      throw new Error(`CHROMIUM_PATH names ${configured}, which is not there`);
    });
    return configured;
  }
  const found = (await findOnPath(programs)) ?? (await installChromium(say));
  if (found) return found;
  throw new Error(
    `no Chromium for the portal's tests: run "sudo apt-get update && sudo ${install.join(' ')}" (or your system's way), or set CHROMIUM_PATH`,
  );
}

async function installChromium(say: (line: string) => void) {
  const isDebian = (await findOnPath(['apt-get'])) !== undefined;
  if (process.getuid?.() !== 0 || !isDebian) return undefined;
  say('installing Chromium (apt-get install chromium); this takes a minute the first time');
  for (const [program = '', ...args] of [['apt-get', 'update', '--quiet'], install]) {
    const { status, stdout, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) throw new Error(`${[program, ...args].join(' ')} failed:\n${stdout}${stderr}`);
  }
  return findOnPath(programs);
}
