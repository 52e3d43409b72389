import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reset-'));
  await mkdir(join(folder, 'postgres'));
  for (const name of ['temporal.db', 'temporal.db-wal', 'temporal.db-shm', 'secrets.json'])
    await writeFile(join(folder, name), '{}');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function run(...words: string[]) {
  return spawnSync(process.execPath, ['deploy/bootstrap.mjs', 'reset', ...words], {
    env: { ...process.env, TRIBUTARY_DATA: folder },
  });
}

test('Temporal alone is dropped, and what Postgres keeps stays', async () => {
  expect(run('temporal').status).toBe(0);
  expect((await readdir(folder)).toSorted()).toEqual(['postgres', 'secrets.json']);
});

test('all is dropped, and nothing while a stack runs on it', async () => {
  const owner = { pid: process.pid, mark: 'vitest' };
  await writeFile(join(folder, 'processes.json'), JSON.stringify({ owner, children: [] }));
  expect(run().status).toBe(1);
  expect(existsSync(join(folder, 'postgres'))).toBe(true);
  await rm(join(folder, 'processes.json'));
  expect(run().status).toBe(0);
  expect(existsSync(folder)).toBe(false);
});
