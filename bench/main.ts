import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildPrograms } from '#deploy/steps/build-programs';
import { describeMachine } from './machine.ts';
import { reportGrowth, reportPace, reportSaturation, reportUsage } from './report.ts';
import { besideRating, reportBeside } from './scenarios/beside.ts';
import { close, reportClosing } from './scenarios/closing.ts';
import { collect, reportDunning } from './scenarios/dunning.ts';
import { grow } from './scenarios/growth.ts';
import { pace } from './scenarios/pace.ts';
import { explainJobs, reportPlans } from './scenarios/plans.ts';
import { readPortal, reportPortal } from './scenarios/portal.ts';
import { rate, reportRating } from './scenarios/rating.ts';
import { seedBase } from './seeds/seed-base.ts';
import { besideStaff, reportStaff } from './scenarios/staff.ts';
import { countVisits, reportVisits } from './scenarios/visits.ts';
import { reportVitals, visitPages } from './scenarios/vitals.ts';
import { saturate, type SaturationFigures } from './scenarios/saturation.ts';
import { usage } from './scenarios/usage.ts';
import { startServices, type BenchServices } from './systems/services.ts';

const usageText = `npm run bench [-- [saturation] [pace] [usage] [growth] [rating] [closing] [dunning] [beside] [portal] [staff] [vitals] [visits] [plans] [--quick] [--large]
    [--kept FOLDER] [--only WORDS]]
  Without names all scenarios run, and the table is written to bench/RESULTS.md. --quick: one run of fewer events, for a first look.
  --large: the rating of 10,000,000 rows too, and what staff read of as many.
  --kept: the services' data stays in the folder, and what was seeded there is read again.
  --only: of what staff read, the queries and pages in whose name the words occur.`;
const scenarioNames = [
  'saturation',
  'pace',
  'usage',
  'growth',
  'rating',
  'closing',
  'dunning',
  'beside',
  'portal',
  'staff',
  'vitals',
  'visits',
  'plans',
] as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    large: { type: 'boolean' },
    kept: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const isQuick = values.quick ?? false;
const runs = isQuick ? 1 : 3;
/** An answer in a hundred is slow by what happens a few times a minute: fewer rounds find as many ratios as they are runs. */
const staffRounds = isQuick ? 1 : 10;

async function main() {
  await buildPrograms();
  const wanted = scenarioNames.filter((name) => positionals.length === 0 || positionals.includes(name));
  const parts = [`Measured on ${describeMachine()}`];
  for (const name of wanted) {
    // Services of its own, so that no scenario pays for what the one before left behind.
    const services = await startServices((line) => console.error(line), values.kept);
    try {
      parts.push(await scenarios[name](services));
    } finally {
      await services.stop();
    }
    console.log(parts.at(-1));
  }
  if (wanted.length < scenarioNames.length) return;
  const command = isQuick ? 'npm run bench -- --quick' : 'npm run bench';
  const spread = runs === 1 ? 'one run' : `median (min to max) of ${runs} runs`;
  await writeFile('bench/RESULTS.md', `# Results\n\nMade by \`${command}\`; ${spread}.\n\n${parts.join('\n\n')}\n`);
}

const scenarios = {
  async saturation(services: BenchServices) {
    const tributary: SaturationFigures[] = [];
    const direct: SaturationFigures[] = [];
    // In turn, so that a drift of the machine meets both.
    for (let run = 0; run < runs; run++) {
      tributary.push(await saturate('tributary', services, `st${run}`, isQuick ? 4_000 : 10_000));
      direct.push(await saturate('direct', services, `sd${run}`, isQuick ? 2_000 : 5_000));
    }
    return reportSaturation(tributary, direct);
  },
  async pace(services: BenchServices) {
    const slow = [];
    const brisk = [];
    for (let run = 0; run < runs; run++) {
      slow.push(await pace(services, `ps${run}`, 10, isQuick ? 5 : 10));
      brisk.push(await pace(services, `pb${run}`, 100, isQuick ? 5 : 10));
    }
    return reportPace([slow, brisk]);
  },
  async usage(services: BenchServices) {
    const figures = [];
    for (let run = 0; run < runs; run++) figures.push(await usage(services, `us${run}`, isQuick ? 20 : 200));
    return reportUsage(figures);
  },
  async growth(services: BenchServices) {
    return reportGrowth(await grow(services, 'gr', isQuick ? 3 : 11, isQuick ? 2_000 : 10_000));
  },
  async rating(services: BenchServices) {
    const sizes = [100, 1_000, ...(isQuick ? [] : [10_000]), ...(values.large ? [100_000] : [])];
    const figures = [];
    for (const orgs of sizes) {
      const ofSize = [];
      for (let run = 0; run < (orgs > 10_000 ? 1 : runs); run++)
        ofSize.push(await rate(services, `${orgs}_${run}`, orgs));
      figures.push(ofSize);
    }
    return reportRating(figures);
  },
  async closing(services: BenchServices) {
    const figures = [];
    for (let run = 0; run < runs; run++) figures.push(await close(services, `cl${run}`, isQuick ? 2_000 : 10_000));
    return reportClosing(figures);
  },
  async dunning(services: BenchServices) {
    const figures = [];
    for (let run = 0; run < runs; run++) figures.push(await collect(services, `du${run}`, isQuick ? 200 : 1_000));
    return reportDunning(figures);
  },
  async beside(services: BenchServices) {
    return reportBeside(await besideRating(services, isQuick ? 1_000 : 10_000, runs));
  },
  async plans(services: BenchServices) {
    const rows = isQuick ? 100_000 : 1_000_000;
    return reportPlans(rows, await explainJobs(services, rows));
  },
  async portal(services: BenchServices) {
    const rows = isQuick ? 1_000_000 : values.large ? 10_000_000 : 4_000_000;
    return reportPortal(await readPortal(services, rows, 20, values.only));
  },
  async staff(services: BenchServices) {
    return reportStaff(await besideStaff(services, isQuick ? 400_000 : 4_000_000, staffRounds));
  },
  async vitals(services: BenchServices) {
    const rows = isQuick ? 400_000 : 4_000_000;
    await seedBase(services, rows);
    return reportVitals(rows, await visitPages(services, isQuick ? 3 : 8));
  },
  async visits(services: BenchServices) {
    const [rows, visits] = isQuick ? [400_000, 3] : [values.large ? 10_000_000 : 4_000_000, 30];
    await seedBase(services, rows);
    return reportVisits(rows, visits, await countVisits(services, visits, values.only));
  },
} satisfies Record<(typeof scenarioNames)[number], (services: BenchServices) => Promise<string>>;

if (values.help || positionals.some((name) => !scenarioNames.some((known) => known === name))) console.log(usageText);
else await main();
