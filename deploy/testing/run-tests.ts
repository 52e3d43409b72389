import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { boundToOurLife, signal } from '../services/process.ts';
import type { Selected } from './select-tests.ts';

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** What failed, where its runner does not say so last. */
  readonly failures: readonly string[];
}

export const noTests: Outcome = { passed: 0, failed: 0, failures: [] };

const VitestReport = z.object({ passed: z.number(), failed: z.array(z.string()) });
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
});
const playwrightConfig = 'tests/portal/playwright.config.ts';
const stopGraceMs = 15_000;

/**
 * Runs the two test runners with their output visible, in groups of their own so that nothing of them is left behind.
 * They may run at once: each waits for servers most of the time, and says in front of each line who it is.
 */
export function createRunner(areAtOnce: boolean) {
  const children = new Set<ChildProcess>();
  let isStopped = false;
  const run = async (name: string, args: readonly string[], env: NodeJS.ProcessEnv) => {
    if (isStopped) throw new Error('interrupted');
    const child = startGroup(args, env, areAtOnce ? name : undefined);
    children.add(child);
    const isOk = await ended(child);
    children.delete(child);
    return isOk;
  };
  return {
    runVitest: async (selected: Selected, reports: string) => {
      const file = join(reports, 'vitest.json');
      const args = [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=default',
        '--reporter=./deploy/testing/tally.ts',
      ];
      const isOk = await run('vitest', [...args, ...selected.patterns, ...selected.options], { TALLY: file });
      const { passed, failed } = VitestReport.parse(await readReport(file));
      return atLeastOneFailure(isOk, { passed, failed: failed.length, failures: failed });
    },
    runPlaywright: async (selected: Selected, reports: string) => {
      const file = join(reports, 'playwright.json');
      const args = [
        'node_modules/@playwright/test/cli.js',
        'test',
        '--config',
        playwrightConfig,
        '--reporter=list,json',
      ];
      const files = selected.browserFiles.map(escapeForPattern);
      const isOk = await run('browser', [...args, ...files, ...selected.options], {
        PLAYWRIGHT_JSON_OUTPUT_NAME: file,
      });
      const { stats } = PlaywrightReport.parse(await readReport(file));
      return atLeastOneFailure(isOk, {
        passed: stats.expected + stats.flaky,
        failed: stats.unexpected,
        failures: [],
      });
    },
    stop: async () => {
      isStopped = true;
      await Promise.all([...children].map(stopGroup));
    },
  };
}

/** @param name what its lines begin with; none where it writes to our output itself */
function startGroup(args: readonly string[], env: NodeJS.ProcessEnv, name: string | undefined): ChildProcess {
  const [program, programArgs] = boundToOurLife(process.execPath, args, 'SIGTERM');
  const output = name === undefined ? 'inherit' : 'pipe';
  const child = spawn(program, programArgs, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => console.log(`${name?.padEnd(8)}${line}`));
  }
  return child;
}

async function ended(child: ChildProcess): Promise<boolean> {
  const saidAll = once(child, 'close');
  await once(child, 'exit');
  if (child.pid !== undefined) signal(-child.pid, 'SIGKILL');
  await saidAll;
  return child.exitCode === 0;
}

async function stopGroup(child: ChildProcess) {
  if (child.pid === undefined || child.exitCode !== null) return;
  signal(child.pid, 'SIGTERM');
  await Promise.race([once(child, 'exit'), sleep(stopGraceMs, undefined, { ref: false })]);
  signal(-child.pid, 'SIGKILL');
}

async function readReport(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error('the test runner ended without a report: see its output above');
  });
  return JSON.parse(text);
}

// A runner may fail without a failed test.
function atLeastOneFailure(isOk: boolean, outcome: Outcome): Outcome {
  return isOk || outcome.failed > 0
    ? outcome
    : { ...outcome, failed: 1, failures: ['a test runner: see its output above'] };
}

function escapeForPattern(path: string) {
  return path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
