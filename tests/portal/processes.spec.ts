import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { isRunning } from '#deploy/services/process';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { expectOk, startPortal } from './browser/start-portal.ts';

let database: TestDatabase;
let folder: string;

test.beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'portal-processes-'));
});

test.afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test('a process that ends is started again, the other one answers meanwhile, and all end when they are told to', async () => {
  const portal = await start('again', '2');
  try {
    await expect.poll(() => drawing(portal.pid)).toHaveLength(2);
    const [first = 0, second = 0] = await drawing(portal.pid);
    process.kill(first, 'SIGKILL');
    await expect.poll(() => drawing(portal.pid)).toEqual([second]);
    for (let n = 0; n < 4; n++) await expectOk(`${portal.address}/api/health`);
    await expect.poll(() => drawing(portal.pid)).toHaveLength(2);
    process.kill(second, 'SIGKILL');
    await expect.poll(async () => (await drawing(portal.pid)).includes(second)).toBe(false);
    await expect.poll(() => expectOk(`${portal.address}/api/health`).then(() => 'ok', String)).toBe('ok');
    process.kill(portal.pid, 'SIGTERM');
    expect(await portal.exited).toBe('exit code 0');
  } finally {
    await portal.stop();
  }
});

test('none outlives the portal', async () => {
  const portal = await start('killed', '2');
  await expect.poll(() => drawing(portal.pid)).toHaveLength(2);
  const pids = await drawing(portal.pid);
  process.kill(portal.pid, 'SIGKILL');
  await portal.exited;
  await expect.poll(() => pids.filter(isRunning)).toEqual([]);
});

test('a number of processes that is none, and an environment that no process can start in, end it and are named', async () => {
  await expect(start('none', '0')).rejects.toThrow(/exit code 1[\s\S]*PORTAL_PROCESSES/);
  await expect(start('bad', '2', { STAFF_SECRET_KEYS: 'k1:short' })).rejects.toThrow(
    /exit code 1[\s\S]*STAFF_SECRET_KEYS/,
  );
});

function start(name: string, processes: string, env = {}) {
  return startPortal({ name, database, folder, env: { PORTAL_PROCESSES: processes, ...env } });
}

/** The processes that a portal has started. */
async function drawing(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}
