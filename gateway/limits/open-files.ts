import { readFileSync } from 'node:fs';

/** What the process opens beside connections: the stores, Temporal and its workers, a spare. */
const ownFiles = 200;

/** Past the limit of open files a process cannot even refuse, and its engine ends it: so connections keep below it. */
export function connectionsWithin(connectionsMax: number, openFilesMax: number): number {
  return Math.max(1, Math.min(connectionsMax, openFilesMax - ownFiles));
}

/** Of this process; where that cannot be read, none. */
export function openFilesMax(): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}
