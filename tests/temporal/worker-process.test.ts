import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '#deploy/services/ports';
import { programArgs } from '#deploy/steps/build-programs';
import { canLimitMemory, limitMemory, residentBytes } from '../faults/harness/limit-memory.ts';
import { expectInvariants } from '../support/invariants.ts';
import { waitingForLock } from '../support/waiting.ts';
import {
  acceptMany,
  acceptOne,
  createSite,
  pendingCount,
  untilConnected,
  untilDecided,
  type EngineSite,
} from './engine-site.ts';

const workerBytesMax = 600 * 1_048_576;
let site: EngineSite;
let children: ChildProcess[];

beforeEach(async () => {
  site = await createSite();
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await site.close();
});

async function startWorker(env: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const child = spawn(process.execPath, programArgs('worker'), {
    env: {
      ...process.env,
      DATABASE_URL: site.databaseUrl,
      TEMPORAL_ADDRESS: site.address,
      EVENT_TASK_QUEUE: site.taskQueue,
      OPS_PORT: `${port}`,
      OPS_HOST: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    return { status: response?.status, body: (await response?.text()) ?? '' };
  };
  return { child, lines, ask, exited: once(child, 'exit').then(([code]: unknown[]) => code) };
}

type WorkerProcess = Awaited<ReturnType<typeof startWorker>>;

async function untilRunning({ ask }: WorkerProcess) {
  await expect
    .poll(async () => (await ask('/readyz')).body, { timeout: 30_000 })
    .toContain('"embeddedWorker":"running"');
}

test('the worker process says when it is ready, applies what nobody drove, and tells its metrics', async () => {
  const worker = await startWorker();
  await untilRunning(worker);
  expect(await worker.ask('/readyz')).toMatchObject({ status: 200 });
  await acceptMany(site, 50);
  await untilDecided(site);
  const { body } = await worker.ask('/metrics');
  expect(body).toContain('engine_swept_total 50');
  expect(body).toContain('temporal_worker_task_slots_available');
  expect(await worker.ask('/anything')).toMatchObject({ status: 404 });
  await expectInvariants(site.admin);
}, 60_000);

test('W4 SIGTERM under load: it ends with code 0, and another one finishes', async () => {
  const worker = await startWorker();
  await untilRunning(worker);
  const engine = site.open({ EVENT_WORKER: 'off' });
  await untilConnected(engine);
  const refs = await acceptMany(site, 1_500);
  for (const ref of refs) engine.drive(ref);
  await expect.poll(() => pendingCount(site)).toBeLessThan(1_500);
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
  await startWorker();
  await untilDecided(site, 40_000);
  for (const line of worker.lines) expect(JSON.parse(line)).toMatchObject({ process: 'worker' });
  await expectInvariants(site.admin);
}, 90_000);

test.skipIf(!canLimitMemory)(
  'W9: five hundred runs fit into a worker of 600 MiB; one that the kernel kills for its memory loses none, and another ends them',
  async () => {
    const ownRuns = { EVENT_LANES: 'own' };
    const worker = await startWorker(ownRuns);
    await untilRunning(worker);
    const pid = worker.child.pid ?? 0;
    const endLimit = await limitMemory(pid, workerBytesMax - (await residentBytes(pid)));
    const engine = site.open({ EVENT_WORKER: 'off', ...ownRuns });
    await untilConnected(engine);
    for (const ref of await acceptMany(site, 500)) engine.drive(ref);
    await expect.poll(() => pendingCount(site), { timeout: 60_000 }).toBeLessThan(100);
    expect(worker.child.exitCode).toBeNull();
    const endNone = await limitMemory(pid, 0);
    await worker.exited;
    expect(worker.child.signalCode).toBe('SIGKILL');
    await Promise.all([endLimit(), endNone()]);
    await startWorker(ownRuns);
    await untilDecided(site, 60_000);
    const { rows } = await site.admin.query('select count(distinct workflow_id)::int as runs from event_verdict');
    expect(rows).toEqual([{ runs: 500 }]);
    await expectInvariants(site.admin);
  },
  150_000,
);

test('a second signal ends it at once', async () => {
  const worker = await startWorker();
  await untilRunning(worker);
  // An activity that hangs on a lock keeps the first signal busy.
  const holder = await site.admin.connect();
  await holder.query('begin');
  await holder.query('lock table event_verdict in access exclusive mode');
  const engine = site.open({ EVENT_WORKER: 'off' });
  await untilConnected(engine);
  engine.drive(await acceptOne(site));
  await expect.poll(() => waitingForLock(site.admin)).toBeGreaterThan(0);
  worker.child.kill('SIGTERM');
  await expect.poll(() => worker.lines.join()).toContain('worker stops');
  worker.child.kill('SIGTERM');
  const begin = performance.now();
  expect(await worker.exited).toBe(1);
  expect(performance.now() - begin).toBeLessThan(1_000);
  await holder.query('rollback');
  holder.release();
  await startWorker();
  await untilDecided(site, 40_000);
  await expectInvariants(site.admin);
}, 90_000);

test('V5 before its migration a worker is not ready and touches nothing; after it, it works', async () => {
  // Any of them, as when a release is deployed before it.
  await site.admin.query(
    "update _prisma_migrations set finished_at = null where migration_name = '0050_listed_amounts'",
  );
  const worker = await startWorker();
  const engine = site.open({ EVENT_WORKER: 'off' });
  await untilConnected(engine);
  engine.drive(await acceptOne(site));
  await expect.poll(() => worker.lines.join(), { timeout: 20_000 }).toContain('the event worker ended');
  expect(await worker.ask('/readyz')).toMatchObject({ status: 503 });
  expect(await worker.ask('/healthz')).toMatchObject({ status: 200 });
  expect(await pendingCount(site)).toBe(1);
  await site.admin.query(
    "update _prisma_migrations set finished_at = now() where migration_name = '0050_listed_amounts'",
  );
  await untilDecided(site, 30_000);
  expect(await worker.ask('/readyz')).toMatchObject({ status: 200 });
  await expectInvariants(site.admin);
}, 90_000);
