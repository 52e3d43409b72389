import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTemplate } from '#tests/support/database';
import { findChromium } from './chromium.ts';
import { onInterrupt } from './interrupt.ts';
import { openThrowawayServices } from './services/open.ts';
import type { OpenServices } from './services/open.ts';
import { buildPortal } from './steps/build-portal.ts';
import { generateClient } from './steps/generate-client.ts';
import { createRunner, noTests } from './testing/run-tests.ts';
import { selectTests } from './testing/select-tests.ts';

const say = (line: string) => console.log(line);
const runner = createRunner();
const interruptGraceMs = 10_000;
let services: OpenServices | undefined;
let isInterrupted = false;

const selected = await selectTests(process.argv.slice(2));
if (selected.isLong) process.env['LONG'] = '1';
const running = runAll().catch((error: unknown) => {
  if (!isInterrupted) console.error(`\nnpm test: ${error instanceof Error ? error.message : String(error)}`);
  return { ...noTests, failed: 1 };
});
onInterrupt(async () => {
  isInterrupted = true;
  await runner.stop();
  await Promise.race([running, sleep(interruptGraceMs)]);
  await services?.stop();
});
const outcome = await running;
if (!isInterrupted) await conclude();

async function conclude() {
  await services?.stop();
  if (outcome.passed + outcome.failed === 0)
    console.error(
      `no test ran${selected.patterns.length > 0 ? `: no file matches ${selected.patterns.join(' ')}` : ''}`,
    );
  for (const failure of outcome.failures) console.log(`failed: ${failure}`);
  console.log(`${outcome.passed} passed, ${outcome.failed} failed`);
  process.exit(outcome.failed > 0 || outcome.passed === 0 ? 1 : 0);
}

async function runAll() {
  if (selected.files.length + selected.browserFiles.length === 0) return noTests;
  await generateClient();
  if (selected.browserFiles.length > 0) {
    process.env['CHROMIUM_PATH'] = await findChromium(say);
    say('building the portal, when it changed');
    await buildPortal();
  }
  services = await openThrowawayServices(resolve('.cache'), say);
  process.env['DATABASE_URL'] = services.databaseUrl;
  process.env['REDIS_URL'] = services.redisUrl;
  process.env['TEMPORAL_ADDRESS'] = services.temporalAddress;
  const template = await createTemplate();
  const reports = await mkdtemp(join(tmpdir(), `tributary-${process.pid}-reports-`));
  try {
    const plain = selected.files.length > 0 ? await runner.runVitest(selected, reports) : noTests;
    const browser = selected.browserFiles.length > 0 ? await runner.runPlaywright(selected, reports) : noTests;
    return {
      passed: plain.passed + browser.passed,
      failed: plain.failed + browser.failed,
      failures: [...plain.failures, ...browser.failures],
    };
  } finally {
    await template.drop();
    await rm(reports, { recursive: true, force: true });
  }
}
