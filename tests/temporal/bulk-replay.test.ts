import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventRef } from '#domain/ids';
import { replayWorkflowId } from '#temporal/ids';
import { resumeReplays, startReplay } from '#temporal/replay-commands';
import { expectInvariants } from '../support/invariants.ts';
import { chooseReplay, itemsOf, rejectedLeads } from '../support/replays.ts';
import { createJobSite, type JobSite } from './job-site.ts';
import { launchWorker } from './launch-worker.ts';

let site: JobSite;
let worker: ChildProcess;

beforeAll(async () => {
  site = await createJobSite();
  worker = await launchWorker(site);
}, 60_000);
afterAll(async () => {
  worker.kill('SIGKILL');
  await site.close();
});

async function statusOf(runId: string): Promise<string | undefined> {
  const { rows } = await site.admin.query<{ status: string }>('select status from replay_run where id = $1', [runId]);
  return rows[0]?.status;
}

async function until(runId: string, status: string) {
  await expect.poll(() => statusOf(runId), { timeout: 60_000, interval: 100 }).toBe(status);
}

async function statesOf(runId: string) {
  const states: Record<string, number> = {};
  for (const { state } of Object.values(await itemsOf(site.admin, runId))) states[state] = (states[state] ?? 0) + 1;
  return states;
}

async function entriesOf(refs: readonly EventRef[]) {
  const { rows } = await site.admin.query<{ action: string; count: number }>(
    'select action, count(*)::integer as count from audit_log where event_id = any ($1) group by 1 order by 1',
    [refs.map(({ eventId }) => eventId)],
  );
  return Object.fromEntries(rows.map(({ action, count }) => [action, count]));
}

/** Confirmed, as the portal does it. */
async function confirm(runId: string) {
  await site.admin.query("update replay_run set status = 'running', confirmed_at = now() where id = $1", [runId]);
  await startReplay(site, runId, 'run');
}

test('a replay is planned, run and closed; a worker that is killed half-way costs no event and repeats none', async () => {
  const refs = await rejectedLeads(site.admin, 60);
  const runId = await chooseReplay(site.admin, refs, 'planning', 10);
  await startReplay(site, runId, 'plan');
  await until(runId, 'planned');
  expect(await statesOf(runId)).toEqual({ eligible: 60 });
  expect(await entriesOf(refs)).toEqual({ 'event.rejected': 60 });
  await confirm(runId);
  await startReplay(site, runId, 'run');
  await expect.poll(async () => (await statesOf(runId))['eligible'] ?? 0, { timeout: 20_000 }).toBeLessThan(50);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  expect(await statusOf(runId)).toBe('running');
  worker = await launchWorker(site);
  await until(runId, 'done');
  expect(await statesOf(runId)).toEqual({ applied: 60 });
  expect(await entriesOf(refs)).toEqual({ 'event.applied': 60, 'event.redelivered': 60, 'event.rejected': 60 });
  const [finished] = await site.audit('replay.finished');
  expect(finished?.detail).toMatchObject({ status: 'done', counts: { applied: 60 } });
  await expectInvariants(site.admin);
}, 120_000);

test('a run ends early where staff or operators say so, and nothing more is ordered', async () => {
  const ends = {
    staff: (runId: string) => site.admin.query('update replay_run set cancel_asked_at = now() where id = $1', [runId]),
    operators: (runId: string) => site.client.workflow.getHandle(replayWorkflowId(runId, 'run')).cancel(),
  };
  for (const end of Object.values(ends)) {
    const refs = await rejectedLeads(site.admin, 12);
    const runId = await chooseReplay(site.admin, refs, 'running', 2);
    await startReplay(site, runId, 'run');
    await expect.poll(async () => (await statesOf(runId))['eligible'], { timeout: 20_000 }).toBeLessThan(12);
    await end(runId);
    await until(runId, 'cancelled');
    const left = (await statesOf(runId))['eligible'] ?? 0;
    expect(left).toBeGreaterThan(0);
    expect((await entriesOf(refs))['event.redelivered']).toBe(12 - left);
  }
}, 60_000);

test('what an engine that was wiped has lost goes on from its rows', async () => {
  const refs = await rejectedLeads(site.admin, 3);
  const runId = await chooseReplay(site.admin, refs, 'running');
  expect(await resumeReplays(site, site.pools.jobs)).toBe(0);
  await site.admin.query("update replay_run set touched_at = now() - interval '2 minutes' where id = $1", [runId]);
  expect(await resumeReplays(site, site.pools.jobs)).toBe(1);
  await until(runId, 'done');
  expect(await statesOf(runId)).toEqual({ applied: 3 });
  await startReplay(site, runId, 'run');
  expect(await entriesOf(refs)).toEqual({ 'event.applied': 3, 'event.redelivered': 3, 'event.rejected': 3 });
}, 60_000);
