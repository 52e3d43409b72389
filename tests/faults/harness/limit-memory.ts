import { readFile } from 'node:fs/promises';
import { canLimit, limitProcess } from './control-group.ts';

export const canLimitMemory = canLimit('memory');

/** Beyond what a process and its children have now: who needs more than that is killed by the kernel. */
export function limitMemory(pid: number, bytes: number): Promise<() => Promise<void>> {
  return limitProcess(pid, 'memory', { name: 'memory.limit_in_bytes', value: String(bytes) });
}

/** What the process has in memory. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}
