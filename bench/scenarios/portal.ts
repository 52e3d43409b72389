import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { readRssMiB } from '../cpu-meter.ts';
import { percentile } from '../figures.ts';
import { seedBase } from '../seeds/seed-base.ts';
import { portalEnvironment, readPages, readWhole, seedEnd, signIn, startPortal } from '../systems/portal.ts';
import type { BenchServices } from '../systems/services.ts';

const middle = '2026-05-04T00:00:00Z';
const Reads = z.array(z.object({ list: z.string(), what: z.string(), p95Ms: z.number() }));

export interface PortalFigures {
  readonly rows: number;
  readonly seedS: number;
  readonly reads: z.infer<typeof Reads>;
  /** The p95 of each, one at a time and four at once, ms. */
  readonly pages: readonly { readonly path: string; readonly alone: number; readonly together: number }[];
  readonly csv: { readonly rows: number; readonly firstByteMs: number; readonly ms: number; readonly grownMiB: number };
}

/** What staff read, of a database with so many rows: each list and its figures, whole pages from the server, a file. */
export async function readPortal(
  services: BenchServices,
  rows: number,
  rounds: number,
  only = '',
): Promise<PortalFigures> {
  const seedS = await seedBase(services, rows);
  const reads = await timeReads(services, rounds, only);
  const portal = await startPortal(services);
  try {
    const cookie = await signIn(portal.address);
    const paths = readPages.filter((known) => known.includes(only));
    // Code is compiled by use, in each of the portal's processes.
    for (const path of paths) await timePage(`${portal.address}${path}`, cookie, 4, 5);
    const pages = [];
    for (const path of paths) {
      const url = `${portal.address}${path}`;
      const alone = await timePage(url, cookie, 1, rounds);
      pages.push({ path, alone, together: await timePage(url, cookie, 4, rounds) });
    }
    const csv = await timeCsv(`${portal.address}/provider/leads/export`, cookie, portal.pid);
    return { rows, seedS, reads, pages, csv };
  } finally {
    await portal.stop();
  }
}

async function timeReads(services: BenchServices, rounds: number, only: string) {
  const told = ['--now', seedEnd, '--deep', middle, '--rounds', String(rounds), '--only', only];
  const child = spawn(
    process.execPath,
    ['--conditions=react-server', '--import', 'tsx', 'bench/systems/portal-reads-main.ts', ...told],
    {
      env: { ...process.env, ...portalEnvironment(services, 'http://127.0.0.1:1') },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return Reads.parse(JSON.parse(output));
}

async function timePage(url: string, cookie: string, atOnce: number, rounds: number): Promise<number> {
  const taken: number[] = [];
  const read = async (isKept: boolean) => {
    const started = performance.now();
    await readWhole(url, cookie);
    if (isKept) taken.push(performance.now() - started);
  };
  for (let n = 0; n < 5; n++) await read(false);
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let round = 0; round < rounds; round++) await read(true);
    }),
  );
  return percentile(
    taken.toSorted((a, b) => a - b),
    0.95,
  );
}

async function timeCsv(url: string, cookie: string, pid: number) {
  const before = readRssMiB(pid);
  const started = performance.now();
  const response = await fetch(url, { headers: { cookie } });
  if (!response.ok || !response.body) throw new Error(`the file answers ${response.status}`);
  let firstByteMs = 0;
  let lines = 0;
  let most = before;
  let nextLook = 0;
  for await (const chunk of response.body) {
    firstByteMs ||= performance.now() - started;
    for (const byte of chunk) if (byte === newline) lines += 1;
    if (performance.now() < nextLook) continue;
    nextLook = performance.now() + 100;
    most = Math.max(most, readRssMiB(pid));
  }
  return { rows: lines - 1, firstByteMs, ms: performance.now() - started, grownMiB: most - before };
}

const newline = 10;

export function reportPortal({ rows, seedS, reads, pages, csv }: PortalFigures): string {
  const read = reads.map(({ list, what, p95Ms }) => `| ${list} | ${what} | ${p95Ms.toFixed(1)} | at most 25 |`);
  const page = pages.map(({ path, alone, together }) => `| ${path} | ${alone.toFixed(0)} | ${together.toFixed(0)} |`);
  return `## What staff read, of ${rows.toLocaleString('en-US')} rows seeded in ${seedS.toFixed(0)} s

| list | query, as the portal's role | p95, ms | goal |
|---|---|---|---|
${read.join('\n')}

| page, whole, from the server: p95, ms | one at a time, goal: at most 150 | 4 at once, goal: at most 300 |
|---|---|---|
${page.join('\n')}

| file of leads | value | goal |
|---|---|---|
| rows | ${csv.rows.toLocaleString('en-US')} | at most 1,000,000 |
| first byte, ms | ${csv.firstByteMs.toFixed(0)} | at most 100 |
| whole, s | ${(csv.ms / 1_000).toFixed(1)} | at most 10 for 1,000,000 |
| memory grown, MiB | ${csv.grownMiB.toFixed(0)} | at most 60 |`;
}
