import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const suite = `test('holds', () => expect(1).toBe(1));
test('does not hold', () => expect(1).toBe(2));
test('leaves an error behind', async () => {
  Promise.reject(new Error('left behind'));
  await new Promise((done) => setTimeout(done, 10));
});`;

test('a run names each failed test, a file that cannot be loaded, and an error outside of any test', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tally-'));
  try {
    await writeFile(join(folder, 'suite.test.ts'), suite);
    await writeFile(join(folder, 'broken.test.ts'), `import './nowhere.ts';`);
    const file = join(folder, 'tally.json');
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--root', folder, '--globals'];
    const run = promisify(execFile)(process.execPath, [...args, `--reporter=${resolve('deploy/testing/tally.ts')}`], {
      env: { ...process.env, TALLY: file },
    });
    await expect(run).rejects.toThrow();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      passed: 2,
      failed: [
        'suite.test.ts: does not hold',
        expect.stringMatching(/^broken\.test\.ts: .*nowhere/),
        expect.stringMatching(/^outside of any test: Error: left behind/),
      ],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
