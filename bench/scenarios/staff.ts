import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { openAdmin } from '#tests/support/admin';
import { formatSpread, percentile, spreadOf } from '../figures.ts';
import { seedBase } from '../seeds/seed-base.ts';
import { listPages, readWhole, signIn, startPortal } from '../systems/portal.ts';
import type { BenchServices } from '../systems/services.ts';
import { startSystem } from '../systems/system.ts';
import { ratePerS, reportAnswers, sendAtPace, type Answers } from './paced.ts';

export interface StaffFigures extends Answers {
  readonly rows: number;
  readonly pagesMs: readonly number[];
  /** Of each round. */
  readonly filesMs: readonly number[];
}

const seconds = 10;
const Work = z.object({ pagesMs: z.array(z.number()), fileMs: z.number() });

/** Answers to events at a pace, in turn without and while four people read pages of the portal and one of them fetches a file of all leads. */
export async function besideStaff(services: BenchServices, rows: number, rounds: number): Promise<StaffFigures> {
  await seedBase(services, rows);
  const db = openAdmin(services.databaseUrl, 2);
  const running = await startSystem('tributary', services);
  const portal = await startPortal(services);
  const pagesMs: number[] = [];
  const filesMs: number[] = [];
  const aloneMs: number[] = [];
  const besideMs: number[] = [];
  try {
    const cookie = await signIn(portal.address);
    for (const path of listPages) await readWhole(`${portal.address}${path}`, cookie);
    // Of data that is kept, the events of a run before are there already.
    const run = Date.now().toString(36);
    const send = (name: string) => sendAtPace({ services, db, port: running.port, name: `${run}${name}`, seconds });
    await send('sw');
    for (let round = 0; round < rounds; round++) {
      aloneMs.push(...(await send(`sa${round}`)));
      const staff = await startStaff(portal.address, cookie);
      besideMs.push(...(await send(`sb${round}`)));
      const work = await staff.stop();
      pagesMs.push(...work.pagesMs);
      filesMs.push(work.fileMs);
    }
    return { rows, pagesMs, filesMs, aloneMs, besideMs };
  } finally {
    await portal.stop();
    await running.stop();
    await db.end();
  }
}

/** In a process of their own: what they read is nothing that the sender of events has to do with. */
async function startStaff(origin: string, cookie: string) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'bench/systems/staff-at-work-main.ts', '--origin', origin, '--cookie', cookie],
    { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] },
  );
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('staff have no pipes');
  await once(child, 'message');
  const output = text(stdout);
  const ended = once(child, 'exit');
  return {
    stop: async () => {
      stdin.end();
      await ended;
      return Work.parse(JSON.parse(await output));
    },
  };
}

export function reportStaff({ rows, pagesMs, filesMs, ...answers }: StaffFigures): string {
  const pagesP95Ms = percentile(
    pagesMs.toSorted((a, b) => a - b),
    0.95,
  );
  return `## Accepting while staff work: ${ratePerS} events/s, beside 4 people who open a page a second each and a file of all leads

The books have ${rows.toLocaleString('en-US')} rows. Without and with them in turn, ${answers.aloneMs.length.toLocaleString('en-US')} answers each. Pages opened: ${pagesMs.length}, their p95
${pagesP95Ms.toFixed(0)} ms; a file took ${formatSpread(spreadOf(filesMs.map((ms) => ms / 1_000)), 1)} s.

${reportAnswers('while they work', answers)}`;
}
