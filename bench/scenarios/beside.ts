import { openAdmin } from '#tests/support/admin';
import { openClient } from '#temporal/client';
import { readBillingEnv } from '#temporal/env';
import { startJob } from '#temporal/job-commands';
import { formatSpread, percentile, spreadOf } from '../figures.ts';
import { timedMs } from '../systems/phases.ts';
import type { BenchServices } from '../systems/services.ts';
import { startSystem } from '../systems/system.ts';
import { ratePerS, sendAtPace } from './paced.ts';
import { seedUsage } from './rating.ts';

export interface BesideFigures {
  readonly orgs: number;
  readonly ratingMs: number;
  readonly aloneP50Ms: number;
  readonly aloneP99Ms: number;
  readonly besideP50Ms: number;
  readonly besideP99Ms: number;
}

const seconds = 8;
const slot = '2026-03-20';

/** Answers to events at a pace, without and while the job of the nightly rating runs in the worker. */
export async function besideRating(services: BenchServices, run: string, orgs: number): Promise<BesideFigures> {
  const db = openAdmin(services.databaseUrl, 2);
  await seedUsage(db, orgs, 0);
  // As on any server that has been up for minutes: its files of the WAL are there already.
  await db.query('checkpoint');
  const running = await startSystem('tributary', services);
  const env = readBillingEnv({ TEMPORAL_ADDRESS: services.temporalAddress });
  const { client, close } = openClient(env);
  try {
    const send = (name: string) => sendAtPace({ services, db, port: running.port, name, seconds });
    await send(`${run}w`);
    const alone = await send(`${run}a`);
    const rating = timedMs(async () => {
      const { handle } = await startJob({ client, taskQueue: env.taskQueue }, 'nightly-rating', slot, false);
      await handle.result();
    });
    const beside = await send(`${run}b`);
    return {
      orgs,
      ratingMs: await rating,
      aloneP50Ms: percentile(alone, 0.5),
      aloneP99Ms: percentile(alone, 0.99),
      besideP50Ms: percentile(beside, 0.5),
      besideP99Ms: percentile(beside, 0.99),
    };
  } finally {
    await close();
    await running.stop();
    await db.end();
  }
}

export function reportBeside(figures: readonly BesideFigures[]): string {
  const spread = (of: (one: BesideFigures) => number, digits = 1) => formatSpread(spreadOf(figures.map(of)), digits);
  const row = (name: string, of: (one: BesideFigures) => [number, number], goal: string) =>
    `| ${name} | ${spread((one) => of(one)[0])} | ${spread((one) => of(one)[1])} | ${spread((one) => of(one)[1] / of(one)[0], 2)} | ${goal} |`;
  return `## Accepting while the nightly rating runs: ${ratePerS} events/s for ${seconds} s, ${figures[0]?.orgs} orgs rated

The rating took ${spread(({ ratingMs }) => ratingMs / 1_000)} s of them, through Temporal and in the worker process.

| answer, ms | without | while it runs | ratio | goal |
|---|---|---|---|---|
${row('p50', (one) => [one.aloneP50Ms, one.besideP50Ms], '')}
${row('p99', (one) => [one.aloneP99Ms, one.besideP99Ms], 'at most 1.5')}`;
}
