import { writeFile } from 'node:fs/promises';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** The report of a run, in the file that `TALLY` names: how many tests passed, and what failed, errors outside of any test among it. */
export default class Tally implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[], outside: readonly SerializedError[]): Promise<void> {
    const file = process.env['TALLY'];
    if (file === undefined) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const failed = [
      ...tests
        .filter((test) => test.result().state === 'failed')
        .map((test) => `${test.module.relativeModuleId}: ${test.fullName}`),
      ...modules.flatMap((module) => module.errors().map((error) => `${module.relativeModuleId}: ${error.message}`)),
      ...outside.map((error) => `outside of any test: ${error.stack ?? error.message}`),
    ];
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    await writeFile(file, JSON.stringify({ passed, failed }));
  }
}
