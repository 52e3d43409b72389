import { addMonths, dayNumberOf } from '#domain/local-dates';
import { runCommand, UsageError } from '#prisma/command-line';
import { replayMonth } from './replay-month.ts';
import { seedHistory, today } from './seed.ts';
import { findSystem } from './system.ts';

const usage = `usage: npm run --silent demo -- COMMAND
  history         tells thirteen months of twelve orgs up to today, once
  month 2026-10   replays one of the last twelve months with twelve other orgs, day by day and night by night, and checks what must hold`;

const nightsAfterMonth = 25;
/** What lies between the month and today is caught up with, of which the engine takes ten thousand hourly slots at most. */
const monthsBackMax = 12;
const [command, month, ...others] = process.argv.slice(2);
const say = (line: string) => console.error(line);
/** Stopped between two days, so that what is open is closed and the schedules go on; the next run goes on from there. */
const stopping = new AbortController();
const stoppedCode = 130;
const monthPattern = /^20\d\d-(0[1-9]|1[0-2])$/;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

await runCommand({ name: 'demo', usage }, main);

async function main() {
  try {
    if (command === 'history' && month === undefined)
      await seedHistory(await findSystem(process.env), today(), { say, signal: stopping.signal });
    else if (command === 'month' && month !== undefined && monthPattern.test(month) && others.length === 0)
      await replay(month);
    else throw new UsageError(command === undefined ? 'no command' : 'history, or month with one such as 2026-10');
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    console.error('stopped');
    process.exitCode = stoppedCode;
  }
}

async function replay(of: string) {
  const startedMs = performance.now();
  const thisMonth = `${today().slice(0, 7)}-01`;
  const isReplayable =
    dayNumberOf(addMonths(thisMonth, -monthsBackMax)) <= dayNumberOf(`${of}-01`) && `${of}-01` < thisMonth;
  if (!isReplayable) throw new UsageError(`${of} is none of the last ${monthsBackMax} months that have ended`);
  const { moments, reconciled, violations } = await replayMonth(await findSystem(process.env), of, {
    say,
    nightsAfter: nightsAfterMonth,
    catchesUp: true,
  });
  const tookS = Math.round((performance.now() - startedMs) / 1_000);
  const inText = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  console.log(JSON.stringify({ month: of, moments, reconciled, violations, tookS }, inText, 2));
  if (violations.length > 0 || reconciled.differing.length > 0) process.exitCode = 1;
}
