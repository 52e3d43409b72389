import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventRef } from '#domain/ids';
import { startEvent, type EventStarter } from '#temporal/event-starts';
import { eventWorkflowId } from '#temporal/ids';
import { createSweeper, pageMax } from '#temporal/sweeper';
import { openProxy } from '#tests/gateway/harness/proxy';
import { expectInvariants } from '../support/invariants.ts';
import {
  acceptMany,
  acceptOne,
  createSite,
  makeStale,
  untilDecided,
  untilWorking,
  type EngineSite,
} from './engine-site.ts';

const slowMs = 200;
let site: EngineSite;
let starter: EventStarter;

beforeEach(async () => {
  site = await createSite();
  starter = { client: site.client, taskQueue: site.taskQueue, isEager: () => false };
});

afterEach(async () => {
  await site.close();
});

function createTestSweeper(capacity = 10_000) {
  const driven: EventRef[] = [];
  const sweeper = createSweeper(
    { claims: site.pools.gateway, verbs: site.pools.applyPatiently },
    { capacity: () => capacity - driven.length, driveSwept: (ref) => driven.push(ref) },
    new AbortController().signal,
  );
  return { driven, sweep: (by = starter) => sweeper.sweep(by), counts: () => sweeper.counts() };
}

async function isolate(ref: EventRef) {
  await site.admin.query('update event_pending set isolated_at = now() where event_id = $1', [ref.eventId]);
  await makeStale(site);
}

async function readWait(ref: EventRef) {
  const { rows } = await site.admin.query<{ wait: number; sweeps: number; redeliveries: number }>(
    'select round(extract(epoch from sweep_after - now()))::integer as wait, sweeps, redeliveries from event_pending where event_id = $1',
    [ref.eventId],
  );
  return rows[0];
}

function statusOf(workflowId: string) {
  return site.client.workflow
    .getHandle(workflowId)
    .describe()
    .then(
      ({ status }) => status.name,
      () => 'missing',
    );
}

test('what was accepted a moment ago is left to whoever accepted it', async () => {
  await acceptOne(site);
  const { driven, sweep } = createTestSweeper();
  expect(await sweep()).toBe(0);
  expect(driven).toEqual([]);
});

test('what waits past its time goes to the shared lane, oldest first, page after page, and no more than fits', async () => {
  await acceptMany(site, pageMax + 500);
  await site.admin.query(
    "update event_pending p set sweep_after = now() - interval '1 hour' + n.place * interval '1 ms' from (select event_id, row_number() over (order by event_id) as place from event_pending) n where n.event_id = p.event_id",
  );
  const { driven, sweep } = createTestSweeper(pageMax + 200);
  await sweep();
  expect(driven).toHaveLength(pageMax + 200);
  const ids = driven.slice(0, pageMax).map(({ eventId }) => eventId);
  const { rows } = await site.admin.query<{ event_id: string }>(
    'select event_id from event_pending order by event_id limit $1',
    [pageMax],
  );
  expect(new Set(ids)).toEqual(new Set(rows.map((row) => row.event_id)));
});

test('each look doubles the wait, from 10 s up to an hour', async () => {
  const ref = await acceptOne(site);
  const { sweep } = createTestSweeper();
  const waits: (number | undefined)[] = [];
  for (let look = 0; look < 12; look += 1) {
    await makeStale(site);
    await sweep();
    waits.push((await readWait(ref))?.wait);
  }
  expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600, 3_600]);
});

test('several sweepers never claim the same row twice', async () => {
  await acceptMany(site, 400);
  await makeStale(site);
  const sweepers = Array.from({ length: 4 }, () => createTestSweeper(100));
  await Promise.all(sweepers.map(({ sweep }) => sweep()));
  const driven = sweepers.flatMap((sweeper) => sweeper.driven.map(({ eventId }) => eventId));
  expect(driven).toHaveLength(400);
  expect(new Set(driven).size).toBe(400);
});

test('isolated and without a run: it is started on its own', async () => {
  const ref = await acceptOne(site);
  await isolate(ref);
  const { driven, sweep } = createTestSweeper();
  await sweep();
  expect(driven).toEqual([]);
  expect(await statusOf(eventWorkflowId(ref))).toBe('RUNNING');
});

test('many isolated ones are looked after beside each other, however slow Temporal is', async () => {
  const way = await openProxy(`tcp://${site.address}`);
  const connection = await Connection.connect({ address: new URL(way.url).host });
  const client = new Client({ connection });
  const refs = await acceptMany(site, 40);
  await site.admin.query('update event_pending set isolated_at = now()');
  await makeStale(site);
  const { sweep } = createTestSweeper();
  way.slow(slowMs);
  const began = performance.now();
  await sweep({ ...starter, client });
  // Each is asked for and started: one after another that takes no less than twice as long.
  expect(performance.now() - began).toBeLessThan(refs.length * slowMs);
  way.pass();
  expect(await Promise.all(refs.map((ref) => statusOf(eventWorkflowId(ref))))).toEqual(refs.map(() => 'RUNNING'));
  await connection.close();
  await way.close();
}, 60_000);

test('isolated and running: it is left alone', async () => {
  const ref = await acceptOne(site);
  await startEvent(starter, ref);
  const { runId } = await site.client.workflow.getHandle(eventWorkflowId(ref)).describe();
  await isolate(ref);
  const { driven, sweep, counts } = createTestSweeper();
  await sweep();
  expect(driven).toEqual([]);
  expect(counts()).toMatchObject({ stuckSeen: 0 });
  expect((await site.client.workflow.getHandle(eventWorkflowId(ref)).describe()).runId).toBe(runId);
});

test.each(['terminate', 'cancel'] as const)(
  'isolated and stopped by %s: it is counted for staff, never started in a loop',
  async (verb) => {
    const ref = await acceptOne(site);
    await startEvent(starter, ref);
    const handle = site.client.workflow.getHandle(eventWorkflowId(ref));
    if (verb === 'terminate') await handle.terminate();
    else {
      // Only a worker can answer a cancellation; what it cancels here is a run that waits for the database.
      await site.admin.query('revoke select on event from tributary_worker');
      const engine = site.open();
      await untilWorking(engine);
      await expect
        .poll(async () => (await handle.describe()).raw.pendingActivities?.length, { timeout: 20_000 })
        .toBe(1);
      await handle.cancel();
      await expect.poll(() => statusOf(eventWorkflowId(ref))).toBe('CANCELLED');
      await engine.close();
    }
    await isolate(ref);
    const { driven, sweep, counts } = createTestSweeper();
    for (let look = 0; look < 3; look += 1) {
      await makeStale(site);
      await sweep();
    }
    expect(driven).toEqual([]);
    expect(counts()).toMatchObject({ stuckSeen: 3 });
    expect(await statusOf(eventWorkflowId(ref))).toBe(verb === 'terminate' ? 'TERMINATED' : 'CANCELLED');
  },
  60_000,
);

test('isolated, although its run is completed, as in a restored database: it is delivered again, on record', async () => {
  const engine = site.open();
  await untilWorking(engine);
  const ref = await acceptOne(site);
  engine.drive(ref);
  await untilDecided(site);
  await site.client.workflow.getHandle(eventWorkflowId(ref)).result();
  await site.admin.query(
    `with lost as (delete from event_verdict), gone as (delete from activity), lead as (delete from lead), head as (delete from audit_head)
     insert into event_pending (org_id, event_id, received_at, sweep_after, isolated_at) select org_id, id, now(), now(), now() from event`,
  );
  await site.admin.query('alter table audit_log disable trigger all');
  await site.admin.query('delete from audit_log');
  await site.admin.query('alter table audit_log enable trigger all');
  await createTestSweeper().sweep();
  await untilDecided(site);
  // The verdict is committed a moment before the run ends.
  await expect.poll(() => statusOf(eventWorkflowId(ref, 1))).toBe('COMPLETED');
  const { rows } = await site.admin.query(
    "select actor_type, detail ->> 'run' as run, action, detail ->> 'redelivery' as redelivery from audit_log order by seq",
  );
  expect(rows).toEqual([
    { actor_type: 'system', run: null, action: 'event.redelivered', redelivery: '1' },
    { actor_type: 'key', run: eventWorkflowId(ref, 1), action: 'event.applied', redelivery: null },
  ]);
  await expectInvariants(site.admin);
}, 40_000);

test('G2 an event that was committed and never driven, or whose run was terminated from outside, is applied within ten seconds', async () => {
  const terminated = await acceptOne(site);
  await startEvent(starter, terminated);
  await site.client.workflow.getHandle(eventWorkflowId(terminated)).terminate('from the web UI');
  const engine = site.open();
  await untilWorking(engine);
  const begin = performance.now();
  await acceptMany(site, 20);
  await untilDecided(site, 15_000);
  expect(performance.now() - begin).toBeLessThan(10_500);
  expect(engine.status().swept).toBe(21);
  await expectInvariants(site.admin);
}, 40_000);
