import { setTimeout as sleep } from 'node:timers/promises';
import { openAdmin } from '#tests/support/admin';
import { formatSpread, percentile, spreadOf } from '../figures.ts';
import { seedBase } from '../seeds/seed-base.ts';
import { listPages, readWhole, signIn, startPortal } from '../systems/portal.ts';
import { timedMs } from '../systems/phases.ts';
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
const people = 4;
/** Each looks at a page for so long before opening the next: a very busy person. */
const lookMs = 1_000;

/** Answers to events at a pace, without and while four people read pages of the portal and one of them fetches a file of all leads. */
export async function besideStaff(services: BenchServices, rows: number, rounds: number): Promise<StaffFigures[]> {
  await seedBase(services, rows);
  const db = openAdmin(services.databaseUrl, 2);
  const running = await startSystem('tributary', services);
  const portal = await startPortal(services);
  try {
    const cookie = await signIn(portal.address);
    for (const path of listPages) await readWhole(`${portal.address}${path}`, cookie);
    const send = (name: string) => sendAtPace({ services, db, port: running.port, name, seconds });
    await send('sw');
    const figures = [];
    for (let round = 0; round < rounds; round++) {
      const alone = await send(`sa${round}`);
      const done = new AbortController();
      const [beside, taken, fileMs] = await Promise.all([
        send(`sb${round}`).finally(() => done.abort()),
        readPages(portal.address, cookie, done.signal),
        timedMs(() => readWhole(`${portal.address}/provider/leads/export`, cookie)),
      ]);
      figures.push({ rows, pages: taken.length, pageP95Ms: percentile(sorted(taken), 0.95), fileMs, alone, beside });
    }
    return figures;
  } finally {
    await portal.stop();
    await running.stop();
    await db.end();
  }
}

async function readPages(origin: string, cookie: string, done: AbortSignal): Promise<number[]> {
  const taken: number[] = [];
  await Promise.all(
    Array.from({ length: people }, async (_, person) => {
      await sleep((person * lookMs) / people);
      for (let n = person; !done.aborted; n++) {
        const path = listPages[n % listPages.length] ?? listPages[0];
        taken.push(await timedMs(() => readWhole(`${origin}${path}`, cookie)));
        await sleep(lookMs);
      }
    }),
  );
  return taken;
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
  return `## Accepting while staff work: ${ratePerS} events/s for ${seconds} s, beside ${people} people who open a page a second each and a file of all leads

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
