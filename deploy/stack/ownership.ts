import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isRunning, signal } from '../services/process.ts';

const Recorded = z.object({ pid: z.number(), mark: z.string() });
const Record = z.object({ owner: Recorded, children: z.array(Recorded) });
export type Recorded = z.infer<typeof Recorded>;

const graceMs = 10_000;
const pollMs = 100;

/** Makes this process the one that runs the stack of this folder; stops what a killed one left behind. */
export async function takeOwnership(file: string, say: (line: string) => void) {
  const before = await readRecord(file);
  if (before && isStill(before.owner)) {
    throw new Error(
      `"npm start" already runs here (process ${before.owner.pid}): stop it first, or use another copy of this folder`,
    );
  }
  for (const child of before?.children.filter(isStill) ?? []) {
    say(`stopping ${child.mark} (process ${child.pid}), left by an earlier start that was killed`);
    await stopLeftover(child);
  }
  const owner = { pid: process.pid, mark: 'bootstrap.mjs' };
  await mkdir(dirname(file), { recursive: true });
  const record = (children: readonly Recorded[]) => writeFile(file, JSON.stringify({ owner, children }));
  await record([]);
  return { record, release: () => rm(file, { force: true }) };
}

/** Whether a stack runs in this folder. */
export async function findOwner(file: string): Promise<number | undefined> {
  const record = await readRecord(file);
  return record && isStill(record.owner) ? record.owner.pid : undefined;
}

async function readRecord(file: string) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Record.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

// A process id is given again to others: the command line has to fit too.
function isStill({ pid, mark }: Recorded) {
  if (!isRunning(pid)) return false;
  const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', `${pid}`], { encoding: 'utf8' });
  return stdout.includes(mark);
}

async function stopLeftover(child: Recorded) {
  signal(child.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (isStill(child) && Date.now() < deadline) await sleep(pollMs);
  if (isStill(child)) signal(-child.pid, 'SIGKILL');
}
