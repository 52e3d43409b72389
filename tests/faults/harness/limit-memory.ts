import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const memory = '/sys/fs/cgroup/memory';

/** That needs root and the kernel's first kind of groups. */
export const canLimitMemory = process.platform === 'linux' && process.getuid?.() === 0 && existsSync(memory);

/** Beyond what a process and its children have now: who needs more than that is killed by the kernel. Resolves with how to end it, once none of them is left. */
export async function limitMemory(pid: number, bytes: number): Promise<() => Promise<void>> {
  const group = await makeGroup();
  await writeFile(join(group, 'memory.limit_in_bytes'), String(bytes));
  await moveTo(group, pid);
  return () => rmdir(group);
}

let groups = 0;

async function makeGroup() {
  const group = join(memory, `tributary-test-${process.pid}-${groups++}`);
  await mkdir(group);
  return group;
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

/** What the process has in memory. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}
