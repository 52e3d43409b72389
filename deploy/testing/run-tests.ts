import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
const playwright = [
  'node_modules/@playwright/test/cli.js',
  'test',
  '--config=tests/portal/playwright.config.ts',
  '--reporter=list,json',
];
const stopGraceMs = 15_000;

/** Runs the two test runners with their output visible, in groups of their own so that nothing of them is left behind. */
export function createRunner() {
  let child: ChildProcess | undefined;
  let isStopped = false;
  const run = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
    if (isStopped) throw new Error('interrupted');
    const [program, programArgs] = boundToOurLife(process.execPath, args, 'SIGTERM');
    child = spawn(program, programArgs, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      detached: true,
    });
    const { pid } = child;
    await once(child, 'exit');
    if (pid !== undefined) signal(-pid, 'SIGKILL');
    const isOk = child.exitCode === 0;
    child = undefined;
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
      const isOk = await run([...args, ...selected.patterns, ...selected.options], { TALLY: file });
      const { passed, failed } = VitestReport.parse(await readReport(file));
      return atLeastOneFailure(isOk, { passed, failed: failed.length, failures: failed });
    },
    runPlaywright: async (selected: Selected, reports: string) => {
      const file = join(reports, 'playwright.json');
      const { browserFiles, options } = selected;
      const args = [...playwright, ...workersFor(browserFiles), ...browserFiles.map(escapeForPattern), ...options];
      const isOk = await run(args, { PLAYWRIGHT_JSON_OUTPUT_NAME: file });
      const { stats } = PlaywrightReport.parse(await readReport(file));
      return atLeastOneFailure(isOk, {
        passed: stats.expected + stats.flaky,
        failed: stats.unexpected,
        failures: [],
      });
    },
    stop: async () => {
      isStopped = true;
      const stopping = child;
      if (stopping?.pid === undefined || stopping.exitCode !== null) return;
      signal(stopping.pid, 'SIGTERM');
      await Promise.race([once(stopping, 'exit'), sleep(stopGraceMs, undefined, { ref: false })]);
      signal(-stopping.pid, 'SIGKILL');
    },
  };
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

/** One file needs no second worker, which would start a site of its own. */
function workersFor(files: readonly string[]): readonly string[] {
  return files.length === 1 ? ['--workers=1'] : [];
}

function escapeForPattern(path: string) {
  return path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
