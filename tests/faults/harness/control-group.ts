import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type Controller = 'memory' | 'blkio';

const folderOf = (controller: Controller) => join('/sys/fs/cgroup', controller);

/** That needs root and the kernel's first kind of groups. */
export const canLimit = (controller: Controller) =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync(folderOf(controller));

let groups = 0;

/** A process and its children, also those to come, under a limit of the kernel's. Resolves with how to end it. */
export async function limitProcess(
  pid: number,
  controller: Controller,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<() => Promise<void>> {
  const group = join(folderOf(controller), `tributary-test-${process.pid}-${groups++}`);
  await mkdir(group);
  await writeFile(join(group, name), value);
  await moveTo(group, pid);
  return async () => {
    for (const one of await readPids(join(group, 'cgroup.procs'))) await put(folderOf(controller), one);
    await rmdir(group);
  };
}

// A process that has just ended needs to go nowhere.
const put = (group: string, pid: number) => writeFile(join(group, 'cgroup.procs'), String(pid)).catch(() => undefined);

async function moveTo(group: string, pid: number): Promise<void> {
  await put(group, pid);
  const children = await readPids(`/proc/${pid}/task/${pid}/children`);
  for (const child of children) await moveTo(group, child);
}

async function readPids(file: string): Promise<number[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split(/\s+/).filter(Boolean).map(Number);
}
