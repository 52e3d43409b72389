import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { closeReplay } from '#activities/replay/close-replay';
import { planReplayPage } from '#activities/replay/plan-replay';
import { replayPage, settleReplay } from '#activities/replay/replay-page';
import type { ReplayResources } from '#activities/replay/resources';
import type { EventRef } from '#domain/ids';
import { createPool } from '#prisma/pool';
import { orderReplay } from '#temporal/commands';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { acceptAll, acceptRaw, makeOrg } from '../../support/events.ts';
import { expectInvariants } from '../../support/invariants.ts';
import { chooseReplay, itemsOf, rejectedLeads } from '../../support/replays.ts';
import { services } from '../../support/services.ts';

let database: TestDatabase;
let admin: pg.Pool;
let resources: ReplayResources;
let connection: Connection;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url);
  connection = Connection.lazy({ address: services().temporalAddress });
  // Nobody works on this queue: what is started waits, and the test applies it.
  const starter = {
    client: new Client({ connection }),
    taskQueue: `nobody-${randomBytes(5).toString('hex')}`,
    isEager: () => false,
  };
  resources = {
    db: createPool({ url: database.url, role: 'worker', max: 4, applicationName: 'test' }),
    verbs: { order: (client, event, by) => orderReplay(starter, client, event, by) },
  };
});
afterAll(async () => {
  await connection.close();
  await Promise.all([resources.db.end(), admin.end()]);
  await database.drop();
});

async function plan(runId: string) {
  while (!(await planReplayPage(resources.db, runId)).isOver);
}

async function redeliveries(refs: readonly EventRef[]) {
  const { rows } = await admin.query<{ count: number }>(
    "select count(*)::integer as count from audit_log where action = 'event.redelivered' and event_id = any ($1)",
    [refs.map(({ eventId }) => eventId)],
  );
  return rows[0]?.count;
}

async function books() {
  const { rows } = await admin.query(
    `select (select count(*)::integer from lead) as leads, (select count(*)::integer from activity) as activities,
      (select count(*)::integer from audit_log) as entries, (select count(*)::integer from event_pending) as pending`,
  );
  return rows[0];
}

test('a page orders each event once, however often it is run, and says so where there is nothing to do any more', async () => {
  const refs = await rejectedLeads(admin, 3);
  const [done] = refs;
  if (!done) throw new Error('nothing accepted');
  const runId = await chooseReplay(admin, refs, 'running');
  const by = { actorType: 'staff', actor: 'ada', reason: 'by hand' } as const;
  const alone = await resources.db.connect();
  await resources.verbs.order(alone, done, by);
  alone.release();
  await applyEvents(resources.db, [done], 'by hand');
  await Promise.all([replayPage(resources, runId), replayPage(resources, runId)]);
  await replayPage(resources, runId);
  expect(await redeliveries(refs)).toBe(3);
  await applyEvents(resources.db, refs, 'test');
  expect(await settleReplay(resources.db, runId)).toBe(0);
  expect(await replayPage(resources, runId)).toEqual({ isOver: true });
  const items = await itemsOf(admin, runId);
  expect(items[done.eventId]?.state).toBe('already_applied');
  expect(
    Object.values(items)
      .map(({ state }) => state)
      .toSorted(),
  ).toEqual(['already_applied', 'applied', 'applied']);
  expect(await closeReplay(resources.db, runId, false)).toBe('done');
  expect(await closeReplay(resources.db, runId, false)).toBe('done');
  const { rows } = await admin.query("select detail -> 'counts' as counts from audit_log where subject = $1", [
    `replay/${runId}`,
  ]);
  expect(rows).toEqual([{ counts: { already_applied: 1, applied: 2 } }]);
  await expectInvariants(admin);
});

test('staff who cancel or slow a run down are obeyed with the next page', async () => {
  const refs = await rejectedLeads(admin, 5);
  const runId = await chooseReplay(admin, refs, 'running', 2);
  expect(await replayPage(resources, runId)).toEqual({ isOver: false });
  expect(await redeliveries(refs)).toBe(2);
  await admin.query('update replay_run set cancel_asked_at = now() where id = $1', [runId]);
  expect(await replayPage(resources, runId)).toEqual({ isOver: true });
  expect(await redeliveries(refs)).toBe(2);
  expect(await closeReplay(resources.db, runId, false)).toBe('cancelled');
  const states = Object.values(await itemsOf(admin, runId)).map(({ state }) => state);
  expect(states.toSorted()).toEqual(['eligible', 'eligible', 'eligible', 'ordered', 'ordered']);
});

test('a plan says of each event what would become of it and which rows would be written, and writes none of them', async () => {
  const org = await makeOrg(admin);
  const [good] = await rejectedLeads(admin, 1, org);
  const [refund] = await acceptAll(admin, org, [{ type: 'invoice.refunded', at: 5 }]);
  const [applied] = await acceptAll(admin, org, [{ type: 'lead.created', data: { leadId: 'there', source: 'web' } }]);
  if (!good || !refund || !applied) throw new Error('nothing accepted');
  await applyEvents(resources.db, [refund, applied], 'test');
  const [waiting] = await acceptAll(admin, org, [{ type: 'lead.created', data: { leadId: 'waits', source: 'web' } }]);
  const unreadable = await acceptRaw(admin, org, 'lead.created', '{}');
  await admin.query('update event_pending set isolated_at = now() where event_id = $1', [unreadable.eventId]);
  if (!waiting) throw new Error('nothing accepted');
  const before = await books();
  const runId = await chooseReplay(admin, [good, refund, applied, waiting, unreadable]);
  await plan(runId);
  await plan(runId);
  const { rows } = await admin.query('select entity_id from event where id = $1', [good.eventId]);
  expect(await itemsOf(admin, runId)).toEqual({
    [good.eventId]: { state: 'eligible', code: null, expected: 'applied', writes: [`lead ${rows[0]?.entity_id}`] },
    [refund.eventId]: { state: 'eligible', code: null, expected: 'rejected', writes: [] },
    [applied.eventId]: { state: 'already_applied', code: null, expected: null, writes: [] },
    [waiting.eventId]: { state: 'skipped', code: 'still_waiting', expected: null, writes: [] },
    [unreadable.eventId]: { state: 'eligible', code: null, expected: 'failed', writes: [] },
  });
  expect(await books()).toEqual(before);
  expect(await closeReplay(resources.db, runId, false)).toBe('planned');
  expect(await closeReplay(resources.db, runId, true)).toBe('planned');
});

test('a plan judges the events of one thing together, wherever its pages end', async () => {
  const org = await makeOrg(admin);
  const others = await rejectedLeads(admin, 60, org);
  const eventId = (letter: string) => `evt_${letter.repeat(27)}`;
  const [refund] = await acceptAll(admin, org, [{ type: 'invoice.refunded', at: 5, eventId: eventId('-') }]);
  if (!refund) throw new Error('nothing accepted');
  await applyEvents(resources.db, [refund], 'test');
  const [paid] = await acceptAll(admin, org, [{ type: 'invoice.paid', at: 1, eventId: eventId('z') }]);
  if (!paid) throw new Error('nothing accepted');
  await admin.query('update event_pending set isolated_at = now() where event_id = $1', [paid.eventId]);
  const runId = await chooseReplay(admin, [refund, paid, ...others]);
  const step = await planReplayPage(resources.db, runId);
  expect(step).toEqual({ isOver: false });
  const items = await itemsOf(admin, runId);
  expect([refund, paid].map((one) => items[one.eventId]?.expected)).toEqual(['applied', 'applied']);
  expect(Object.values(items).filter(({ state }) => state === 'chosen')).not.toHaveLength(0);
  const alone = await chooseReplay(admin, [refund]);
  await plan(alone);
  expect((await itemsOf(admin, alone))[refund.eventId]?.expected).toBe('rejected');
});
