import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Account } from './process.ts';

const names = ['postgres', 'nobody'];

/** Postgres refuses to run as root: the account it gets then, undefined for everybody else. */
export function findServerAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of names) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)];
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    'Postgres refuses to run as root, and there is neither a user "postgres" nor "nobody": make one with "useradd --system postgres", or start this as another user',
  );
}

export function canRun(program: string, account: Account | undefined): boolean {
  return spawnSync(program, ['--version'], { ...account, cwd: '/' }).status === 0;
}

/** The folder itself where the account can enter it, else one outside that it can: a home folder is closed to others. */
export function reachableFolder(folder: string, account: Account | undefined): string {
  if (!account || canEnter(folder, account)) return folder;
  const key = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12);
  const outside = join('/var/lib', `tributary-${key}`);
  mkdirSync(outside, { recursive: true, mode: 0o755 });
  return outside;
}

function canEnter(folder: string, account: Account) {
  mkdirSync(folder, { recursive: true });
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...account, cwd: '/' }).status === 0;
}

function idOf(flag: string, name: string) {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : undefined;
}
