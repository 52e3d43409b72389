import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds of a program with all its children, by name. Linux only: it reads /proc. */
export type CpuSeconds = Readonly<Record<string, number>>;

const ticksPerSecond = 100;
const pageBytes = 4_096;

/** What each program and its children, also those that ended, have used so far. */
export function readCpu(programs: ReadonlyMap<string, number>): CpuSeconds {
  const processes = readProcesses();
  return Object.fromEntries(
    [...programs].map(([name, pid]) => [name, sumTree(processes, pid, ({ ticks }) => ticks) / ticksPerSecond]),
  );
}

export function cpuBetween(before: CpuSeconds, after: CpuSeconds): CpuSeconds {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

export function totalCpu(seconds: CpuSeconds): number {
  return Object.values(seconds).reduce((sum, one) => sum + one, 0);
}

/** Resident memory of a program with all its children, in MiB. */
export function readRssMiB(pid: number): number {
  return (sumTree(readProcesses(), pid, ({ pages }) => pages) * pageBytes) / 2 ** 20;
}

interface Process {
  readonly parent: number;
  /** What it and its children that ended have used. */
  readonly ticks: number;
  /** Resident. */
  readonly pages: number;
}

function readProcesses(): Map<number, Process> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.flatMap((pid) => readProcess(Number(pid))));
}

function readProcess(pid: number): [number, Process][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything; the fields after it are numbers, the first of them field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const field = (number: number) => Number(fields[number - 3]);
    return [[pid, { parent: field(4), ticks: field(14) + field(15) + field(16) + field(17), pages: field(24) }]];
  } catch {
    return [];
  }
}

function sumTree(processes: ReadonlyMap<number, Process>, root: number, of: (one: Process) => number): number {
  const one = processes.get(root);
  if (!one) return 0;
  let sum = of(one);
  for (const [pid, { parent }] of processes) if (parent === root) sum += sumTree(processes, pid, of);
  return sum;
}
