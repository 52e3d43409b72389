import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const talking = (file: string) => `
  import { writeFile } from 'node:fs/promises';
  import { onInterrupt } from '#deploy/interrupt';
  onInterrupt(async () => {
    console.log('stopping');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await writeFile('${file}', 'stopped in order');
  });
  setInterval(() => { console.log('still here'); console.error('still here'); }, 10);
`;

test('a program whose output nobody reads any more stops in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'interrupt-'));
  const file = join(folder, 'stopped');
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', talking(file)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stderr.destroy();
    expect(await once(child, 'exit')).toEqual([141, null]);
    expect(await readFile(file, 'utf8')).toBe('stopped in order');
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  }
});
