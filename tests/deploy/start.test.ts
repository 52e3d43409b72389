import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { isRunning, signal } from '#deploy/services/process';

const Stack = z.object({
  gateway: z.url(),
  portal: z.url(),
  temporal: z.string(),
  temporalUi: z.url(),
  databaseUrl: z.string(),
  redisUrl: z.string(),
  staff: z.object({ email: z.email(), password: z.string().min(12) }),
  pids: z.record(z.string(), z.number()),
});
const Answer = z.object({ ok: z.literal(true), id: z.string(), status: z.literal('applied') });
const startTimeoutMs = 200_000;
const hookTimeoutMs = 240_000;

let data: string;
let running: Awaited<ReturnType<typeof start>>;
const holder = createServer();

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'start-test-'));
  await promisify(execFile)('chmod', ['711', data]);
  // Whoever holds the usual port is left alone.
  await once(holder.listen(4000, '127.0.0.1'), 'listening').catch(() => undefined);
  running = await start();
}, hookTimeoutMs);
afterAll(async () => {
  holder.close();
  if (running.child.exitCode === null) await interrupt(running.child);
  await rm(data, { recursive: true, force: true });
});

test('a taken port is named, and another is used', () => {
  expect(running.output()).toContain('port 4000 is taken: the gateway uses');
  expect(running.stack.gateway).not.toContain(':4000');
});

test('the printed command gives an event that is applied', async () => {
  expect((await sendFirstEvent(running.output())).id).toMatch(/^evt_/);
});

test('the printed addresses answer', async () => {
  const { gateway, portal, temporalUi } = running.stack;
  for (const url of [`${gateway}/readyz`, `${gateway}/docs`, `${portal}/sign-in`, temporalUi])
    expect((await fetch(url)).status).toBe(200);
});

test('control 36: only the owner may read the secrets and the addresses', async () => {
  const { stdout } = await promisify(execFile)('find', [
    data,
    '-maxdepth',
    '1',
    '-name',
    '*.json',
    '-perm',
    '/077',
    '-not',
    '-name',
    'processes.json',
  ]);
  expect(stdout).toBe('');
});

test.each(['sandbox', 'gateway', 'worker', 'portal', 'redis', 'postgres', 'temporal'])(
  'a killed %s runs again',
  async (name) => {
    const before = running.stack.pids[name] ?? 0;
    signal(before, 'SIGKILL');
    await vi.waitFor(async () => expect((await readStack()).pids[name]).not.toBe(before), {
      timeout: 3_000,
      interval: 100,
    });
    await vi.waitFor(
      async () => {
        expect((await fetch(`${running.stack.gateway}/readyz`)).status).toBe(200);
        expect((await fetch(`${running.stack.portal}/api/health`)).status).toBe(200);
      },
      { timeout: 20_000, interval: 250 },
    );
    await vi.waitFor(() => sendFirstEvent(running.output()), { timeout: 30_000, interval: 500 });
  },
);

test(
  'Ctrl-C stops all of it, and the next start finds the data',
  async () => {
    const { pids } = await readStack();
    expect(await interrupt(running.child)).toBe(130);
    expect(Object.values(pids).filter(isRunning)).toEqual([]);
    await expect(readStack()).rejects.toThrow('ENOENT');
    const before = keyOf(running.output());
    running = await start();
    expect(keyOf(running.output())).toBe(before);
    await sendFirstEvent(running.output());
  },
  startTimeoutMs,
);

async function start() {
  const env = {
    ...process.env,
    TRIBUTARY_DATA: data,
    DATABASE_URL: '',
    REDIS_URL: '',
    TEMPORAL_ADDRESS: '',
    KEY_ENCRYPTION_KEYS: '',
    TRIBUTARY_DEMO: 'off',
  };
  const child = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const output = () => chunks.join('');
  const deadline = Date.now() + startTimeoutMs;
  while (!/is ready[^]*\n\)\n/.test(output())) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`npm start said:\n${output()}`);
    await sleep(100);
  }
  return { child, output, stack: await readStack() };
}

async function interrupt(child: ChildProcess) {
  // As a terminal does it: the whole group in front gets the signal.
  signal(-(child.pid ?? 0), 'SIGINT');
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function readStack() {
  return Stack.parse(JSON.parse(await readFile(join(data, 'stack.json'), 'utf8')));
}

async function sendFirstEvent(output: string) {
  const command = /^\($[^]*?^\)$/m.exec(output)?.[0] ?? '';
  const { stdout } = await promisify(execFile)('bash', ['-c', command]);
  return Answer.parse(JSON.parse(stdout));
}

function keyOf(output: string) {
  return /key='([^']+)'/.exec(output)?.[1];
}
