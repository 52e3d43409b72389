import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '#deploy/services/ports';
import { programArgs } from '#deploy/steps/build-programs';
import { jobNames, slotOf } from '#domain/jobs';
import { startJob } from '#temporal/job-commands';
import { builtArgs } from '../support/built.ts';
import { makeOrg } from '../support/events.ts';
import { runCommand } from '../support/run-command.ts';
import { createJobSite, type JobSite } from './job-site.ts';
import { createWork, makeIds } from './job-work.ts';

let site: JobSite;
let environment: Readonly<Record<string, string>>;
const children = new Set<ChildProcess>();
const cli = resolve('temporal/job-cli.ts');

beforeAll(async () => {
  site = await createJobSite();
  environment = {
    DATABASE_URL: site.databaseUrl,
    TEMPORAL_ADDRESS: site.address,
    TEMPORAL_NAMESPACE: site.namespace,
    BILLING_TASK_QUEUE: site.taskQueue,
  };
}, 60_000);

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

afterAll(async () => {
  await site.close();
});

const jobWorker = () => builtArgs('tests/temporal/job-worker-main.ts');

function launch(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment, EVENT_TASK_QUEUE: `events-${site.taskQueue}`, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.add(child);
  return child;
}

test('W4 a worker that is told to stop ends its sets, and the next one goes on behind them', async () => {
  const { done } = await createWork(site.admin, 'killed', { ids: makeIds(400) });
  const first = launch(await jobWorker());
  const exited = once(first, 'exit');
  const { handle } = await startJob(site, 'nightly-rating', '2026-11-21', false);
  await expect.poll(async () => (await done()).length, { timeout: 30_000 }).toBeGreaterThan(40);
  first.kill('SIGTERM');
  launch(await jobWorker(), { SET_MS: '0' });
  expect(await handle.result()).toMatchObject({ outcome: 'done', slots: [{ counts: { orgs: 400, rows: 400 } }] });
  expect((await exited)[0]).toBe(0);
}, 120_000);

test('H2 the clock of a worker steps back an hour: no slot is run twice, and what is stored is of the database', async () => {
  const { done } = await createWork(site.admin, 'killed', { ids: makeIds(400) });
  const anHourAgo = 'data:text/javascript,const now=Date.now;Date.now=()=>now()-3600000;';
  launch(['--import', anHourAgo, ...(await jobWorker())], { SET_MS: '0' });
  const outcomes = [];
  for (let times = 0; times < 2; times += 1) {
    const { handle } = await startJob(site, 'nightly-rating', '2026-11-22', false);
    outcomes.push((await handle.result()).outcome);
  }
  expect(outcomes).toEqual(['done', 'skipped']);
  expect((await done()).filter(({ slot }) => slot === '2026-11-22')).toHaveLength(400);
  const { rows } = await site.admin.query(
    "select from job_slot where slot = '2026-11-22' and finished_at > now() - interval '10 minutes'",
  );
  expect(rows).toHaveLength(1);
}, 60_000);

test('the worker process runs jobs: ready, schedules made, a job by the command, its progress, counts and metrics', async () => {
  const port = await freePort();
  const sandboxPort = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'job-sandbox-'));
  launch(programArgs('sandbox'), { SANDBOX_PORT: `${sandboxPort}`, SANDBOX_FILE: join(folder, 'charges.jsonl') });
  launch(programArgs('worker'), {
    OPS_PORT: `${port}`,
    OPS_HOST: '127.0.0.1',
    SANDBOX_PROVIDER_URL: `http://127.0.0.1:${sandboxPort}`,
  });
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    return (await response?.text()) ?? '';
  };
  await expect
    .poll(() => ask('/readyz'), { timeout: 30_000 })
    .toContain('"billingWorker":"running","hasSchedules":true');
  // One that falls due meanwhile would run or cover the slot that the command asks for.
  for (const job of jobNames) await site.client.schedule.getHandle(job).pause('slots are run by command');
  await makeOrg(site.admin);
  for (const job of jobNames) {
    const slot = slotOf(job, Date.now());
    const ran = await runCommand(cli, [job, '--slot', slot, '--wait'], environment);
    expect(ran, job).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain(`job:${job}:${slot} started`);
    expect(JSON.parse(ran.stdout)).toMatchObject({ job, outcome: 'done' });
    if (job === 'invariants') expect(JSON.parse(ran.stdout)).toMatchObject({ counts: { violations: 0 } });
  }
  const metrics = await ask('/metrics');
  expect(metrics).toMatch(/^job_newest_good_slot_seconds\{job="invariants"\} \d+$/m);
  expect(metrics).toContain('job_gaps{job="invariants"} 0');
  expect(metrics).toContain('job_orgs_failed{job="invariants"} 0');
  expect(metrics).toContain('billing_worker_running 1');
  await rm(folder, { recursive: true });
}, 90_000);

test('the command finds a running stack, and says what is wrong with what it is given', async () => {
  const stop = await site.work({ dunning: [(await createWork(site.admin, 'by-command', { ids: ['a', 'b'] })).phase] });
  const cwd = await mkdtemp(join(tmpdir(), 'job-cli-'));
  try {
    await mkdir(join(cwd, '.data'));
    const stack = { temporal: site.address, databaseUrl: site.databaseUrl };
    await writeFile(join(cwd, '.data/stack.json'), JSON.stringify(stack));
    const { DATABASE_URL: _, TEMPORAL_ADDRESS: __, ...rest } = environment;
    const run = (...args: string[]) => runCommand(cli, args, rest, { cwd });
    expect(await run('dunning', '--slot', '2026-11-20T10', '--wait')).toMatchObject({ code: 0 });
    const again = await run('dunning', '--slot', '2026-11-20T10', '--wait');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'skipped', isElsewhere: false });
    const forced = await run(
      'dunning',
      '--slot',
      '2026-11-20T10',
      '--wait',
      '--force',
      '--by',
      'ada',
      '--reason',
      'a test',
    );
    expect(JSON.parse(forced.stdout)).toMatchObject({ outcome: 'done' });
    expect(await site.audit('job.forced')).toMatchObject([
      { subject: 'dunning/2026-11-20T10', detail: { reason: 'a test' } },
    ]);
    expect(await run('dunning', '--slot', '2026-11-20')).toMatchObject({ code: 2, stdout: '' });
    expect(await run('nightly')).toMatchObject({ code: 2, stdout: '' });
    const ahead = await run('dunning', '--slot', '2099-01-01T10');
    expect(ahead).toMatchObject({ code: 2, stdout: '' });
    expect(ahead.stderr).toContain('--ahead');
  } finally {
    await rm(cwd, { recursive: true });
    await stop();
  }
}, 90_000);

test('a partial job ends the command with code 1', async () => {
  const { phase } = await createWork(site.admin, 'bad', {
    ids: ['a'],
    before: () => Promise.reject(new RangeError('x')),
  });
  const stop = await site.work({ dunning: [phase] });
  const { code, stdout } = await runCommand(cli, ['dunning', '--slot', '2026-11-20T11', '--wait'], environment);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'partial', counts: { failed: 1 } });
  await stop();
}, 30_000);

test('so does one whose slot another run holds: whether that ends well is not known', async () => {
  const stop = await site.work({ dunning: [(await createWork(site.admin, 'held', { ids: ['a'] })).phase] });
  await site.admin.query(`insert into job_slot (job, slot, status, holder, touched_at, started_at)
    values ('dunning', '2026-11-20T12', 'running', 'another', clock_timestamp(), clock_timestamp())`);
  const { code, stdout, stderr } = await runCommand(cli, ['dunning', '--slot', '2026-11-20T12', '--wait'], environment);
  expect(code).toBe(1);
  expect(stderr).toContain('another run');
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'skipped', isElsewhere: true });
  await stop();
}, 30_000);
