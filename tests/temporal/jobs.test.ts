import { EventEmitter, once } from 'node:events';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { JobPhase, SlotAt } from '#activities/jobs/job-phase';
import type { JobName } from '#domain/jobs';
import { startJob } from '#temporal/job-commands';
import { makeOrg } from '../support/events.ts';
import { expectInvariants } from '../support/invariants.ts';
import { createJobSite, type JobSite } from './job-site.ts';
import { createWork, makeIds, type JobWork, type WorkOptions } from './job-work.ts';

let site: JobSite;
let stop: () => Promise<void>;
let works = 0;

beforeAll(async () => {
  site = await createJobSite();
}, 60_000);

afterAll(async () => {
  await site.close();
});

beforeEach(async () => {
  stop = () => Promise.resolve();
  await site.admin.query('delete from job_run; delete from job_slot; delete from job_org_failure');
});

afterEach(async () => {
  await stop();
});

/** A worker whose job has one phase with the ids. */
async function work(options: WorkOptions, job: JobName = 'nightly-rating'): Promise<JobWork> {
  works += 1;
  const made = await createWork(site.admin, `work-${works}`, options);
  stop = await site.work({ [job]: [made.phase] });
  return made;
}

async function keep(job: JobName, slot: string, status: string, holder = 'another', touchedAgo = '1 day') {
  await site.admin.query(
    `insert into job_slot (job, slot, status, holder, touched_at, started_at) values ($1, $2, $3, $4, now() - $5::interval, now() - interval '1 day')`,
    [job, slot, status, holder, touchedAgo],
  );
}

async function auditOf(slot: string) {
  const { rows } = await site.admin.query<{ action: string; org: string; actor: string }>(
    `select action, org_id as org, actor from audit_log where actor like 'job:%:' || $1 order by at, org_id, seq`,
    [slot],
  );
  return rows;
}

test('a job runs its phases one after another over pages of sets, and its slot, audit and Outcome say so', async () => {
  const first = await createWork(site.admin, 'first', { ids: makeIds(1_000), setSize: 50 });
  const second = await createWork(site.admin, 'second', { ids: makeIds(45), pageSize: 20 });
  stop = await site.work({ 'nightly-rating': [first.phase, second.phase] });
  const { handle } = await startJob(site, 'nightly-rating', '2026-11-23', false);
  expect(await handle.result()).toEqual({
    job: 'nightly-rating',
    slot: '2026-11-23',
    outcome: 'done',
    slots: [{ slot: '2026-11-23', outcome: 'done', counts: { rows: 1_045, orgs: 1_045 } }],
    isElsewhere: false,
  });
  expect(await site.slots('nightly-rating')).toMatchObject([{ slot: '2026-11-23', status: 'done' }]);
  expect(await auditOf('2026-11-23')).toMatchObject([
    { action: 'job.started', org: '_provider', actor: 'job:nightly-rating:2026-11-23' },
    { action: 'job.finished', org: '_provider' },
  ]);
  const order = await site.admin.query('select phase from test_work order by n');
  expect(order.rows.slice(0, 1_000).every(({ phase }) => phase === 'first')).toBe(true);
  const { typedSearchAttributes } = await handle.describe();
  expect(typedSearchAttributes.getAll().map(({ value }) => value)).toContain('done');
  await expectInvariants(site.admin);
});

test('S1 two runs of one slot at once: one works, the other ends as skipped', async () => {
  const { done } = await work({ ids: makeIds(300) });
  const start = (workflowId: string) =>
    site.client.workflow.start('nightlyRating', {
      taskQueue: site.taskQueue,
      workflowId,
      args: [{ slot: '2026-10-01' }],
    });
  const handles = await Promise.all(['job:a', 'job:b', 'job:c'].map(start));
  const results: { outcome: string }[] = await Promise.all(handles.map((handle) => handle.result()));
  expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'skipped', 'skipped']);
  expect(await done()).toHaveLength(300);
  expect((await auditOf('2026-10-01')).map(({ action }) => action)).toEqual(['job.started', 'job.finished']);
  expect(await site.run('nightly-rating', '2026-10-01')).toMatchObject({ outcome: 'skipped', slots: [] });
});

test('S2 five missed nights are five slots, in order and each with its own date', async () => {
  await keep('nightly-rating', '2026-10-10', 'done');
  const { done } = await work({ ids: makeIds(30) });
  const nights = ['2026-10-11', '2026-10-12', '2026-10-13', '2026-10-14', '2026-10-15'];
  const { slots } = await site.run('nightly-rating', '2026-10-15');
  expect(slots.map(({ slot, outcome }) => `${slot} ${outcome}`)).toEqual(nights.map((slot) => `${slot} done`));
  expect((await done()).map(({ slot }) => slot)).toEqual(nights.flatMap((slot) => makeIds(30).map(() => slot)));
  for (const night of nights) expect(await auditOf(night)).toHaveLength(2);
});

test('S2 of hourly jobs the newest slot covers those that were missed', async () => {
  await keep('dunning', '2026-10-10T22', 'done');
  await keep('dunning', '2026-10-10T23', 'failed');
  const { done } = await work({ ids: makeIds(5) }, 'dunning');
  await site.run('dunning', '2026-10-11T01');
  expect((await site.slots('dunning')).map(({ slot, status }) => `${slot} ${status}`)).toEqual([
    '2026-10-10T22 done',
    '2026-10-10T23 covered',
    '2026-10-11T00 covered',
    '2026-10-11T01 done',
  ]);
  expect(new Set((await done()).map(({ slot }) => slot))).toEqual(new Set(['2026-10-11T01']));
  expect((await auditOf('2026-10-11T01')).map(({ action }) => action)).toEqual([
    'job.covered',
    'job.started',
    'job.finished',
  ]);
});

test('one org that fails is named in its audit trail, the others are done, and the next slot takes it again', async () => {
  const org = await makeOrg(site.admin);
  let isPoisoned = true;
  const { done } = await work({
    ids: [...makeIds(399), org].toSorted(),
    setSize: 100,
    before: async (ids) => {
      if (isPoisoned && ids.includes(org)) throw new RangeError('an impossible price of ada@example.com');
    },
  });
  const first = await site.run('nightly-rating', '2026-09-01');
  expect(first).toMatchObject({
    outcome: 'partial',
    slots: [{ outcome: 'partial', counts: { orgs: 399, failed: 1 } }],
  });
  expect((await done()).map(({ id }) => id).toSorted()).toEqual(makeIds(399));
  expect(await site.audit('job.org_failed')).toMatchObject([
    { orgId: org, subject: 'nightly-rating/2026-09-01', detail: { code: 'RangeError' } },
  ]);
  const failures = await site.admin.query('select org_id, code from job_org_failure');
  expect(failures.rows).toEqual([{ org_id: org, code: 'RangeError' }]);
  isPoisoned = false;
  expect(await site.run('nightly-rating', '2026-09-02')).toMatchObject({
    outcome: 'done',
    slots: [{ slot: '2026-09-02' }],
  });
  await expectInvariants(site.admin);
});

test('trouble with the database names nobody: the page is repeated where it stopped', async () => {
  const seen: string[] = [];
  let troubles = 1;
  await work({
    ids: makeIds(60),
    setSize: 10,
    before: async ([first = '']) => {
      seen.push(first);
      if (first === 'org-00030' && troubles-- > 0) throw Object.assign(new Error('gone'), { code: '57P01' });
    },
  });
  expect(await site.run('nightly-rating', '2026-09-10')).toMatchObject({
    outcome: 'done',
    slots: [{ counts: { orgs: 60 } }],
  });
  expect(seen).toEqual(['org-00000', 'org-00010', 'org-00020', 'org-00030', 'org-00030', 'org-00040', 'org-00050']);
});

test('a set that is too slow for the limits of the database is halved until it passes', async () => {
  const sizes: number[] = [];
  await work({
    ids: makeIds(8),
    setSize: 8,
    before: async (ids) => {
      sizes.push(ids.length);
      if (ids.length > 2) throw Object.assign(new Error('canceling statement'), { code: '57014' });
    },
  });
  expect(await site.run('nightly-rating', '2026-09-15')).toMatchObject({ outcome: 'done' });
  expect(sizes).toEqual([8, 4, 2, 2, 4, 2, 2]);
});

test('a done slot is run again only by force, and once', async () => {
  const forced: boolean[] = [];
  await work({ ids: ['a'], before: async (_ids, slot) => void forced.push(slot.isForced) });
  await site.run('nightly-rating', '2026-08-01');
  await site.admin.query("delete from test_work where id = 'a'");
  expect(await site.run('nightly-rating', '2026-08-01')).toMatchObject({ outcome: 'skipped' });
  expect(await site.run('nightly-rating', '2026-08-01', true)).toMatchObject({ outcome: 'done' });
  expect(forced).toEqual([false, true]);
  const started = await site.audit('job.started');
  expect(
    started.filter(({ subject }) => subject.endsWith('2026-08-01')).map(({ detail }) => detail['isForced']),
  ).toEqual([false, true]);
});

test('a slot whose run shows signs of life is left to it; one that is dead for five minutes is taken over', async () => {
  await work({ ids: makeIds(3) });
  await keep('nightly-rating', '2026-08-10', 'running', 'alive', '4 minutes');
  expect(await site.run('nightly-rating', '2026-08-10')).toMatchObject({ outcome: 'skipped' });
  await site.admin.query("update job_slot set touched_at = now() - interval '6 minutes'");
  expect(await site.run('nightly-rating', '2026-08-10')).toMatchObject({ outcome: 'done' });
});

test('S3 while the run of a slot still goes on that of the next waits, and follows once it is over: each is done once, in order', async () => {
  const gate = new EventEmitter();
  const opened = once(gate, 'open');
  let begun = 0;
  const before = async (_ids: readonly string[], { slot }: SlotAt) => {
    begun += 1;
    if (slot === '2026-08-20') await opened;
  };
  const { done } = await work({ ids: makeIds(3), before });
  const { handle: first } = await startJob(site, 'nightly-rating', '2026-08-20', false);
  await expect.poll(() => begun).toBe(1);
  const { handle: next } = await startJob(site, 'nightly-rating', '2026-08-21', false);
  await expect
    .poll(async () => (await next.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer))
    .toBe(true);
  expect([begun, await done()]).toEqual([1, []]);
  gate.emit('open');
  expect(await first.result()).toMatchObject({ outcome: 'done', slots: [{ slot: '2026-08-20' }] });
  expect(await next.result()).toMatchObject({ outcome: 'done', slots: [{ slot: '2026-08-21' }] });
  expect(await done()).toEqual(['20', '21'].flatMap((day) => makeIds(3).map((id) => ({ slot: `2026-08-${day}`, id }))));
  await expectInvariants(site.admin);
}, 40_000);

test('W5 a run that lost its slot stops before the next set and leaves the slot to the one that has it', async () => {
  let sets = 0;
  await work({
    ids: makeIds(40),
    setSize: 10,
    before: async () => {
      sets += 1;
      if (sets > 1) return;
      await site.admin.query("update job_slot set holder = 'another'");
      // Until the next sign of life, five seconds later, has found out.
      await new Promise((resolve) => setTimeout(resolve, 7_500));
    },
  });
  expect(await site.run('nightly-rating', '2026-07-01')).toMatchObject({ outcome: 'skipped' });
  expect(sets).toBe(1);
  expect(await site.slots('nightly-rating')).toEqual([{ slot: '2026-07-01', status: 'running', holder: 'another' }]);
}, 40_000);

test('a cancelled job ends its set, gives its slots back, and the next run does them', async () => {
  await keep('nightly-rating', '2026-06-01', 'done');
  let begun = 0;
  const { done } = await work({
    ids: makeIds(40),
    setSize: 10,
    before: async () => {
      begun += 1;
      if (begun === 1) await once(Context.current().cancellationSignal, 'abort');
    },
  });
  const { handle } = await startJob(site, 'nightly-rating', '2026-06-03', false);
  await expect.poll(() => begun).toBe(1);
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
  expect((await handle.describe()).status.name).toBe('CANCELLED');
  expect(await done()).toHaveLength(10);
  expect((await site.slots('nightly-rating')).map(({ status }) => status)).toEqual(['done', 'failed', 'failed']);
  expect(await site.run('nightly-rating', '2026-06-03')).toMatchObject({
    outcome: 'done',
    slots: [{ slot: '2026-06-02' }, { slot: '2026-06-03' }],
  });
  expect(await done()).toHaveLength(80);
}, 60_000);

test('a defect of the job itself fails the run and gives the slot back as failed', async () => {
  const phase: JobPhase = {
    name: 'defect',
    setSize: 1,
    due: () => Promise.reject(Object.assign(new Error('x'), { code: '42703' })),
    apply: async () => ({}),
  };
  stop = await site.work({ 'nightly-rating': [phase] });
  await expect(site.run('nightly-rating', '2026-05-01')).rejects.toThrow(WorkflowFailedError);
  expect(await site.slots('nightly-rating')).toMatchObject([{ status: 'failed' }]);
  expect(await auditOf('2026-05-01')).toMatchObject([{ action: 'job.started' }, { action: 'job.finished' }]);
});

test('a quiet job leaves an entry in the audit trail only where it did something', async () => {
  await work({ ids: [] }, 'metrics');
  await site.run('metrics', '2026-05-01T10:05');
  expect(await auditOf('2026-05-01T10:05')).toEqual([]);
  await stop();
  await work({ ids: ['a'] }, 'metrics');
  await site.run('metrics', '2026-05-01T10:15');
  expect((await auditOf('2026-05-01T10:15')).map(({ action }) => action)).toEqual(['job.finished']);
  expect((await site.slots('metrics')).map(({ status }) => status)).toEqual(['done', 'covered', 'done']);
});
