import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { jobNames } from '#domain/jobs';
import { workflowBundle } from '#temporal/bundle';
import { sdkLogger } from '#temporal/runtime';
import { silent } from '#tests/temporal/engine-site';
import { createJobStage, plainJob, type JobStage } from './job-stage.ts';
import { failureOf, keepHistory } from './stage.ts';

let stage: JobStage;

beforeAll(async () => {
  stage = await createJobStage();
});

afterAll(async () => {
  await stage.close();
});

beforeEach(() => {
  stage.play({});
});

async function outcomeOf(handle: WorkflowHandle) {
  const { typedSearchAttributes } = await handle.describe();
  return typedSearchAttributes.getAll().find(({ key }) => key.name === 'Outcome')?.value;
}

/** What the list of a run's activities says of each kind. */
async function summariesOf(handle: WorkflowHandle) {
  const { events } = await handle.fetchHistory();
  return Object.fromEntries(
    (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled, userMetadata }) =>
      scheduled
        ? [[scheduled.activityType?.name, JSON.parse(Buffer.from(userMetadata?.summary?.data ?? 'null').toString())]]
        : [],
    ),
  );
}

const keep = (handle: WorkflowHandle, name: string) => keepHistory(stage.client, handle.workflowId, name);

test.each(jobNames)('%s runs the slot that it is asked for, and ends with its Outcome', async (job) => {
  const slot =
    { dunning: '2026-11-23T10', invariants: '2026-11-23T10', metrics: '2026-11-23T10:05' }[String(job)] ?? '2026-11-23';
  const handle = await stage.start(job, { slot });
  expect(await handle.result()).toEqual({
    job,
    slot,
    outcome: 'done',
    slots: [{ slot, outcome: 'done', counts: { orgs: 1 } }],
    isElsewhere: false,
  });
  expect(await outcomeOf(handle)).toBe('done');
  await keep(handle, `job-${job}-done`);
});

test('phases follow one another, each planned to its end; at most four pages run beside each other, and each once', async () => {
  const pages: string[] = [];
  let [now, most] = [0, 0];
  const boundaries = Array.from({ length: 12 }, (_, n) => `org-${String(n).padStart(2, '0')}`);
  stage.play({
    openSlot: async ({ slot }) => ({
      verdict: 'run',
      slots: ['2026-11-22', slot],
      phases: ['first', 'empty', 'second'],
    }),
    planPages: async (_held, phase, after) => {
      const left = phase === 'empty' ? [] : boundaries.filter((id) => id > after);
      return { boundaries: left.slice(0, 8), isLast: left.length <= 8 };
    },
    runPage: async ({ slot }, { phase, after, until }) => {
      now += 1;
      most = Math.max(most, now);
      pages.push(`${slot} ${phase} ${after}..${until}`);
      await sleep(10);
      now -= 1;
      return { orgs: 2, ...(until === 'org-07' && { failed: 1 }) };
    },
  });
  const handle = await stage.start('nightly-rating');
  const result = await handle.result();
  expect(result).toMatchObject({
    outcome: 'partial',
    slots: [
      { slot: '2026-11-22', outcome: 'partial', counts: { orgs: 48, failed: 2 } },
      { slot: '2026-11-23', counts: { orgs: 48, failed: 2 } },
    ],
  });
  const expected = ['2026-11-22', '2026-11-23'].flatMap((slot) =>
    ['first', 'second'].flatMap((phase) =>
      boundaries.map((until, n) => `${slot} ${phase} ${boundaries[n - 1] ?? ''}..${until}`),
    ),
  );
  expect(pages).toHaveLength(expected.length);
  expect(new Set(pages)).toEqual(new Set(expected));
  expect(pages.map((page) => page.split(' ').slice(0, 2).join(' '))).toEqual(
    expected.map((page) => page.split(' ').slice(0, 2).join(' ')),
  );
  expect(most).toBe(4);
  expect(await outcomeOf(handle)).toBe('partial');
  await keep(handle, 'job-partial');
});

test('what it is doing is shown while it runs', async () => {
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  stage.play({
    planPages: async () => ({ boundaries: ['m', 'z'], isLast: true }),
    runPage: async (_held, { until }) => {
      if (until === 'z') await gate;
      return { orgs: 7 };
    },
  });
  const handle = await stage.start('dunning', { slot: '2026-11-23T10' });
  const details = async () =>
    (await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails ?? '';
  await expect.poll(details).toContain('pages 1 of 2');
  expect(await details()).toContain('dunning 2026-11-23T10');
  expect(await details()).toContain('orgs 7');
  expect(await summariesOf(handle)).toMatchObject({ planPages: 'rating', runPage: 'rating' });
  go();
  await handle.result();
});

test.each([false, true])(
  'a slot that is done, or held by another run (%s), ends the job as skipped, which it says',
  async (isHeld) => {
    stage.play({ openSlot: async () => ({ verdict: 'skip', isHeld }) });
    const handle = await stage.start('nightly-rating');
    expect(await handle.result()).toMatchObject({ outcome: 'skipped', slots: [], isElsewhere: isHeld });
    expect(await outcomeOf(handle)).toBe('skipped');
    await keep(handle, 'job-skipped');
  },
);

test('it waits its turn while another run works on an older slot', async () => {
  let asked = 0;
  stage.play({
    openSlot: async (wanted) => {
      asked += 1;
      return asked === 1 ? { verdict: 'wait' } : plainJob.openSlot(wanted);
    },
  });
  const handle = await stage.start('nightly-rating');
  expect(await handle.result()).toMatchObject({ outcome: 'done' });
  await keep(handle, 'job-waited');
}, 30_000);

test('a page that can never succeed fails the run, after the others have ended and the slots are given back', async () => {
  const closed: string[] = [];
  let ended = 0;
  stage.play({
    openSlot: async ({ slot }) => ({ verdict: 'run', slots: [slot, '2026-11-24'], phases: ['rating'] }),
    planPages: async () => ({ boundaries: ['a', 'b', 'c', 'd', 'e', 'f'], isLast: true }),
    runPage: async (_held, { until }) => {
      if (until === 'b') throw ApplicationFailure.nonRetryable('PhaseUnknown rating', 'PhaseUnknown');
      await sleep(200);
      ended += 1;
      return { orgs: 1 };
    },
    closeSlot: async (held, counts, isBroken) => {
      closed.push(`${held.slot} ${isBroken} ${counts['orgs'] ?? 0} ${ended}`);
      return plainJob.closeSlot(held, counts, isBroken);
    },
  });
  const handle = await stage.start('nightly-rating');
  expect(await failureOf(stage.client, handle.workflowId)).toMatchObject({ type: 'PhaseUnknown' });
  expect(closed).toEqual(['2026-11-23 true 3 3', '2026-11-24 true 0 3']);
  await keep(handle, 'job-broken');
});

test('a run that lost its slot leaves it to the other and ends in peace', async () => {
  stage.play({
    runPage: () => Promise.reject(ApplicationFailure.nonRetryable('SlotLost 2026-11-23', 'SlotLost')),
    closeSlot: async ({ slot }) => ({ slot, outcome: 'skipped', counts: {} }),
  });
  const handle = await stage.start('nightly-rating');
  expect(await handle.result()).toMatchObject({ outcome: 'skipped', isElsewhere: true });
  await keep(handle, 'job-slot-lost');
});

test('cancelled, it lets its pages stop, gives the slot back and ends as cancelled', async () => {
  const closed: boolean[] = [];
  let begun = 0;
  stage.play({
    runPage: async () => {
      begun += 1;
      const { cancellationSignal } = Context.current();
      while (!cancellationSignal.aborted) {
        Context.current().heartbeat();
        await sleep(100);
      }
      return cancellationSignal.throwIfAborted() ?? {};
    },
    closeSlot: async (held, counts, isBroken) => {
      closed.push(isBroken);
      return plainJob.closeSlot(held, counts, isBroken);
    },
  });
  const handle = await stage.start('nightly-rating');
  await expect.poll(() => begun).toBe(1);
  await handle.cancel();
  expect(await failureOf(stage.client, handle.workflowId)).toBeInstanceOf(CancelledFailure);
  expect(closed).toEqual([true]);
  await keep(handle, 'job-cancelled');
}, 60_000);

test('T7: a long history is ended in time: the next run goes on with the pages and slots that are left', async () => {
  const pages: string[] = [];
  const ids = Array.from({ length: 1_100 }, (_, n) => `org-${String(n).padStart(4, '0')}`);
  stage.play({
    openSlot: async ({ slot }) => ({ verdict: 'run', slots: [slot, '2026-11-24'], phases: ['rating', 'more'] }),
    planPages: async ({ slot }, phase, after) => {
      const left = ids.filter(
        (id) => id > after && (slot === '2026-11-23' && phase === 'rating' ? true : id < 'org-0003'),
      );
      return { boundaries: left.slice(0, 500), isLast: left.length <= 500 };
    },
    runPage: async ({ slot, holder }, { phase, until }) => {
      pages.push(`${slot} ${phase} ${until} ${holder}`);
      return { orgs: 1 };
    },
  });
  const handle = await stage.start('nightly-rating');
  const first = handle.firstExecutionRunId;
  expect(await handle.result()).toMatchObject({
    outcome: 'done',
    slots: [
      { slot: '2026-11-23', counts: { orgs: 1_103 } },
      { slot: '2026-11-24', counts: { orgs: 6 } },
    ],
  });
  expect(pages).toHaveLength(1_109);
  expect(new Set(pages).size).toBe(1_109);
  expect(pages.every((page) => page.endsWith(first))).toBe(true);
  const history = await stage.client.workflow.getHandle(handle.workflowId, first).fetchHistory();
  expect(history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
  await Worker.runReplayHistory({ workflowBundle: { codePath: await workflowBundle(sdkLogger(silent)) } }, history);
  await keep(handle, 'job-continued');
}, 120_000);
