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
import { ratePerS, sendAtPace } from './paced.ts';

export interface StaffFigures {
  readonly rows: number;
  readonly pages: number;
  readonly pageP95Ms: number;
  readonly fileMs: number;
  readonly alone: readonly number[];
  readonly beside: readonly number[];
}

const seconds = 10;
const Work = z.object({ pagesMs: z.array(z.number()), fileMs: z.number() });

/** Answers to events at a pace, without and while four people read pages of the portal and one of them fetches a file of all leads. */
export async function besideStaff(services: BenchServices, rows: number, rounds: number): Promise<StaffFigures[]> {
  await seedBase(services, rows);
  const db = openAdmin(services.databaseUrl, 2);
  const running = await startSystem('tributary', services);
  const portal = await startPortal(services);
  try {
    const cookie = await signIn(portal.address);
    for (const path of listPages) await readWhole(`${portal.address}${path}`, cookie);
    // Of data that is kept, the events of a run before are there already.
    const run = Date.now().toString(36);
    const send = (name: string) => sendAtPace({ services, db, port: running.port, name: `${run}${name}`, seconds });
    await send('sw');
    const figures = [];
    for (let round = 0; round < rounds; round++) {
      const alone = await send(`sa${round}`);
      const staff = startStaff(portal.address, cookie);
      const beside = await send(`sb${round}`);
      const { pagesMs, fileMs } = await staff.stop();
      figures.push({
        rows,
        pages: pagesMs.length,
        pageP95Ms: percentile(sorted(pagesMs), 0.95),
        fileMs,
        alone,
        beside,
      });
    }
    return figures;
  } finally {
    await portal.stop();
    await running.stop();
    await db.end();
  }
}

/** In a process of their own: what they read is nothing that the sender of events has to do with. */
function startStaff(origin: string, cookie: string) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'bench/systems/staff-at-work-main.ts', '--origin', origin, '--cookie', cookie],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const output = text(child.stdout);
  const ended = once(child, 'exit');
  return {
    stop: async () => {
      child.stdin.end();
      await ended;
      return Work.parse(JSON.parse(await output));
    },
  };
}

export function reportStaff(figures: readonly StaffFigures[]): string {
  const spread = (of: (one: StaffFigures) => number, digits = 1) => formatSpread(spreadOf(figures.map(of)), digits);
  const row = (name: string, share: number, goal: string) => {
    const [alone, beside] = [
      (one: StaffFigures) => percentile(sorted(one.alone), share),
      (one: StaffFigures) => percentile(sorted(one.beside), share),
    ];
    return `| ${name} | ${spread(alone)} | ${spread(beside)} | ${spread((one) => beside(one) / alone(one), 2)} | ${goal} |`;
  };
  return `## Accepting while staff work: ${ratePerS} events/s for ${seconds} s, beside 4 people who open a page a second each and a file of all leads

The books have ${figures[0]?.rows.toLocaleString('en-US')} rows. Pages opened: ${spread(({ pages }) => pages, 0)}, their p95 ${spread(({ pageP95Ms }) => pageP95Ms, 0)} ms; the file took
${spread(({ fileMs }) => fileMs / 1_000)} s.

| answer, ms | without | while they work | ratio | goal |
|---|---|---|---|---|
${row('p50', 0.5, '')}
${row('p99', 0.99, 'at most 1.5')}`;
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}
