import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventRef } from '#domain/ids';
import { openClient } from '#temporal/client';
import { redeliver, reset, retry, workflowOf, type Order } from '#temporal/commands';
import { startEvent, type EventStarter } from '#temporal/event-starts';
import { readEngineEnv } from '#temporal/env';
import { builtArgs } from '../support/built.ts';
import { eventWorkflowId } from '#temporal/ids';
import { acceptAll, makeOrg } from '../support/events.ts';
import { expectInvariants } from '../support/invariants.ts';
import { makeMember, makeSession } from '../support/members.ts';
import { acceptOne, createSite, untilDecided, untilWorking, type EngineSite } from './engine-site.ts';

let site: EngineSite;
let starter: EventStarter;
const order: Order = { actorType: 'staff', actor: 'staff-7', reason: 'the invoice was corrected' };

beforeEach(async () => {
  site = await createSite();
  starter = { client: site.client, taskQueue: site.taskQueue, isEager: () => false };
});

afterEach(async () => {
  await site.close();
});

async function working() {
  const engine = site.open();
  await untilWorking(engine);
  return engine;
}

async function statusOf(workflowId: string) {
  return (await site.client.workflow.getHandle(workflowId).describe()).status.name;
}

async function untilStatus(workflowId: string, status: string) {
  await expect.poll(() => statusOf(workflowId), { timeout: 15_000 }).toBe(status);
}

async function auditOf({ eventId }: EventRef, action: string) {
  const { rows } = await site.admin.query<{ actor_type: string; actor: string; detail: object }>(
    'select actor_type, actor, detail from audit_log where event_id = $1 and action = $2 order by seq',
    [eventId, action],
  );
  return rows;
}

async function acceptRefund(): Promise<{ org: string; refund: EventRef }> {
  const org = await makeOrg(site.admin);
  const [refund] = await acceptAll(site.admin, org, [{ type: 'invoice.refunded', at: 5 }]);
  if (!refund) throw new Error('nothing accepted');
  return { org, refund };
}

/** A release with a defect: it lacks a column that the fold writes. */
async function breakLeads() {
  await site.admin.query('alter table lead rename column source to origin');
}

async function mendLeads() {
  await site.admin.query('alter table lead rename column origin to source');
}

test('redeliver: a rejected event is judged again in a run of its own number, each time on record', async () => {
  const engine = await working();
  const { refund } = await acceptRefund();
  engine.drive(refund);
  expect(await engine.waitForDecision(refund, Date.now() + 10_000)).toBe('rejected');
  for (const number of [1, 2]) {
    expect(await redeliver(starter, site.pools.apply, refund, order)).toEqual({
      ok: true,
      workflowId: eventWorkflowId(refund, number),
    });
    await untilDecided(site);
    await untilStatus(eventWorkflowId(refund, number), 'COMPLETED');
  }
  expect(await auditOf(refund, 'event.redelivered')).toEqual(
    [1, 2].map((redelivery) => ({
      actor_type: 'staff',
      actor: 'staff-7',
      detail: { reason: order.reason, redelivery },
    })),
  );
  const { rows } = await site.admin.query(
    'select status, verdicts, workflow_id from event_verdict where event_id = $1',
    [refund.eventId],
  );
  expect(rows).toEqual([{ status: 'rejected', verdicts: 3, workflow_id: eventWorkflowId(refund, 2) }]);
  await expectInvariants(site.admin);
});

test('redeliver: what is applied, unknown, or still runs is refused, and nothing is written', async () => {
  const engine = await working();
  const ref = await acceptOne(site);
  engine.drive(ref);
  await untilDecided(site);
  await engine.close();
  const waiting = await acceptOne(site);
  await startEvent(starter, waiting);
  const fresh = await acceptOne(site);
  const attempts = [ref, { ...ref, eventId: 'evt_unknown' }, waiting, fresh].map((one) =>
    redeliver(starter, site.pools.apply, one, order),
  );
  expect(await Promise.all(attempts)).toEqual(
    ['already_applied', 'unknown_event', 'still_running', 'nothing_to_repeat'].map((refusal) => ({
      ok: false,
      refusal,
    })),
  );
  const { rows } = await site.admin.query("select 1 from audit_log where action = 'event.redelivered'");
  expect(rows).toEqual([]);
});

test('redeliver: of many at once exactly one wins', async () => {
  const engine = await working();
  const { refund } = await acceptRefund();
  engine.drive(refund);
  expect(await engine.waitForDecision(refund, Date.now() + 10_000)).toBe('rejected');
  await engine.close();
  const results = await Promise.all(
    Array.from({ length: 8 }, () => redeliver(starter, site.pools.apply, refund, order)),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await auditOf(refund, 'event.redelivered')).toHaveLength(1);
});

test('W7 retry: a defect leaves the event accepted and its run failed; after the fix it is applied under the same id', async () => {
  const engine = await working();
  await breakLeads();
  const ref = await acceptOne(site);
  engine.drive(ref);
  await untilStatus(eventWorkflowId(ref), 'FAILED');
  expect(await engine.waitForDecision(ref, Date.now() + 200)).toBeUndefined();
  await mendLeads();
  const { runId } = await site.client.workflow.getHandle(eventWorkflowId(ref)).describe();
  expect(await retry(starter, site.pools.apply, ref, order)).toEqual({ ok: true, workflowId: eventWorkflowId(ref) });
  await untilDecided(site);
  await untilStatus(eventWorkflowId(ref), 'COMPLETED');
  expect((await site.client.workflow.getHandle(eventWorkflowId(ref)).describe()).runId).not.toBe(runId);
  expect(await auditOf(ref, 'event.retried')).toMatchObject([
    { detail: { reason: order.reason, workflowId: eventWorkflowId(ref) } },
  ]);
  expect(await retry(starter, site.pools.apply, ref, order)).toEqual({ ok: false, refusal: 'already_applied' });
  await expectInvariants(site.admin);
}, 60_000);

test('retry: a run that still goes on is left alone', async () => {
  const ref = await acceptOne(site);
  await startEvent(starter, ref);
  expect(await retry(starter, site.pools.apply, ref, order)).toEqual({ ok: false, refusal: 'still_running' });
});

test('every verb is on record before Temporal is called: with the engine away only the record is new', async () => {
  const away = openClient(readEngineEnv({ TEMPORAL_ADDRESS: '127.0.0.1:1' }));
  const ref = await acceptOne(site);
  await expect(
    reset(
      away.client,
      site.pools.apply,
      ref,
      { workflowId: eventWorkflowId(ref), runId: 'f3e9c4e4-5f64-4f0c-8a7a-9d2b1f0c1a11' },
      order,
    ),
  ).rejects.toThrow();
  expect(await auditOf(ref, 'event.reset')).toHaveLength(1);
  await away.close();
});

test('reset: a finished run goes back to its start, finds its verdict and changes nothing', async () => {
  const engine = await working();
  const ref = await acceptOne(site);
  engine.drive(ref);
  await untilDecided(site);
  const workflowId = eventWorkflowId(ref);
  await untilStatus(workflowId, 'COMPLETED');
  expect(await workflowOf(site.pools.apply, ref)).toBe(workflowId);
  expect(await workflowOf(site.pools.apply, { ...ref, eventId: 'evt_nobody' })).toBeUndefined();
  const { runId } = await site.client.workflow.getHandle(workflowId).describe();
  const newRunId = await reset(site.client, site.pools.apply, ref, { workflowId, runId }, order);
  expect(newRunId).not.toBe(runId);
  await expect(site.client.workflow.getHandle(workflowId, newRunId).result()).resolves.toMatchObject({
    outcome: 'applied',
  });
  expect(JSON.stringify(await site.client.workflow.getHandle(workflowId, newRunId).fetchHistory())).not.toContain(
    order.reason,
  );
  expect(await auditOf(ref, 'event.reset')).toMatchObject([{ detail: { workflowId, runId } }]);
  await expectInvariants(site.admin);
});

test('the portal may give these commands in the name of a session and do nothing else to the queue', async () => {
  const engine = await working();
  const { refund } = await acceptRefund();
  engine.drive(refund);
  await engine.waitForDecision(refund, Date.now() + 10_000);
  const { createPool } = await import('#prisma/pool');
  const portal = createPool({ url: site.databaseUrl, role: 'portal', max: 2, applicationName: 'test' });
  const { reason } = order;
  const sessionId = await makeSession(site.admin, await makeMember(site.admin, 'dana@example.com'));
  await expect(redeliver(starter, portal, refund, order)).rejects.toMatchObject({ code: '42501' });
  await expect(redeliver(starter, portal, refund, { reason, sessionId: randomUUID() })).rejects.toMatchObject({
    code: '28000',
  });
  expect(await redeliver(starter, portal, refund, { reason, sessionId })).toMatchObject({ ok: true });
  await untilDecided(site);
  const entries = await auditOf(refund, 'event.redelivered');
  expect(entries).toMatchObject([{ actor_type: 'staff', actor: 'dana@example.com', detail: { reason } }]);
  await expect(portal.query('delete from event_pending')).rejects.toMatchObject({ code: '42501' });
  await expect(portal.query('select claim_stalled_events(1)')).rejects.toMatchObject({ code: '42501' });
  await portal.end();
});

test('the command line for operators gives the same commands, and answers in JSON', async () => {
  const engine = await working();
  await breakLeads();
  const ref = await acceptOne(site);
  engine.drive(ref);
  await untilStatus(eventWorkflowId(ref), 'FAILED');
  await mendLeads();
  const cli = await builtArgs('temporal/events-cli.ts');
  const run = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [...cli, ...args], {
      env: {
        ...process.env,
        DATABASE_URL: site.databaseUrl,
        TEMPORAL_ADDRESS: site.address,
        EVENT_TASK_QUEUE: site.taskQueue,
      },
    });
  const who = ['--tenant', ref.tenantId, '--event', ref.eventId, '--by', 'ada', '--reason', 'fixed'];
  await expect(run('retry', '--tenant', ref.tenantId)).rejects.toMatchObject({ code: 2 });
  await expect(run('redeliver', ...who)).rejects.toMatchObject({
    code: 1,
    stdout: '{"ok":false,"refusal":"nothing_to_repeat"}\n',
  });
  const { stdout } = await run('retry', ...who);
  expect(JSON.parse(stdout)).toEqual({ ok: true, workflowId: eventWorkflowId(ref) });
  await untilDecided(site);
  expect(await auditOf(ref, 'event.retried')).toMatchObject([{ actor_type: 'operator', actor: 'ada' }]);
}, 60_000);
