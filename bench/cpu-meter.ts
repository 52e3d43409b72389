import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds of a program with all its children, by name. Linux only: it reads /proc. */
export type CpuSeconds = Readonly<Record<string, number>>;

const ticksPerSecond = 100;

/** What each program and its children, also those that ended, have used so far. */
export function readCpu(programs: ReadonlyMap<string, number>): CpuSeconds {
  const processes = readProcesses();
  return Object.fromEntries([...programs].map(([name, pid]) => [name, treeTicks(processes, pid) / ticksPerSecond]));
}

export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

export function totalCpu(seconds: CpuSeconds): number {
  return Object.values(seconds).reduce((sum, one) => sum + one, 0);
}

/** Resident memory of a process in MiB. */
export function readRssMiB(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

interface ProcessTicks {
  readonly parent: number;
  readonly own: number;
  readonly ofEnded: number;
}

function readProcesses(): Map<number, ProcessTicks> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => readProcess(Number(pid))));
}

function readProcess(pid: number): [number, ProcessTicks][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything; the fields after it are numbers, the first of them field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const field = (number: number) => Number(fields[number - 3]);
    return [[pid, { parent: field(4), own: field(14) + field(15), ofEnded: field(16) + field(17) }]];
  } catch {
    return [];
  }
}

function treeTicks(processes: ReadonlyMap<number, ProcessTicks>, root: number): number {
  const one = processes.get(root);
  if (!one) return 0;
  let ticks = one.own + one.ofEnded;
  for (const [pid, { parent }] of processes) if (parent === root) ticks += treeTicks(processes, pid);
  return ticks;
}
