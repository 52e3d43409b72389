import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventWorkflowId } from '#temporal/ids';
import { ownStartsMax } from '#temporal/lanes';
import { acceptAll, acceptRaw, makeOrg } from '../support/events.ts';
import { expectInvariants } from '../support/invariants.ts';
import { failureOf } from '#tests/workflows/stage';
import {
  acceptMany,
  acceptOne,
  createSite,
  untilConnected,
  untilDecided,
  untilWorking,
  type EngineSite,
} from './engine-site.ts';

let site: EngineSite;

beforeEach(async () => {
  site = await createSite();
});

afterEach(async () => {
  await site.close();
});

function verdictsOf(tenantId: string) {
  return site.admin
    .query<{ event_id: string; status: string; workflow_id: string }>(
      'select event_id, status, workflow_id from event_verdict where org_id = $1',
      [tenantId],
    )
    .then(({ rows }) => rows);
}

test('embedded: below capacity every start is eager, each event has its own run, and the verdict names it', async () => {
  const engine = site.open();
  await untilWorking(engine);
  for (let number = 0; number < 5; number += 1) {
    const ref = await acceptOne(site);
    engine.drive(ref);
    expect(await engine.waitForDecision(ref, Date.now() + 10_000)).toBe('applied');
    expect(await verdictsOf(ref.tenantId)).toEqual([
      { event_id: ref.eventId, status: 'applied', workflow_id: eventWorkflowId(ref) },
    ]);
  }
  expect(engine.status()).toMatchObject({ startedOwn: 5, startedEagerly: 5, startedShared: 0, startFailures: 0 });
  await expectInvariants(site.admin);
});

test('off: nothing is started eagerly, and a worker elsewhere does the work', async () => {
  const engine = site.open({ EVENT_WORKER: 'off' });
  const elsewhere = site.open();
  await untilConnected(engine);
  await untilWorking(elsewhere);
  const refs = await acceptMany(site, 200);
  for (const ref of refs) engine.drive(ref);
  const last = refs.at(-1);
  if (last) expect(await engine.waitForDecision(last, Date.now() + 10_000)).toBe('applied');
  await untilDecided(site);
  expect(engine.status()).toMatchObject({ embeddedWorker: 'off', startedOwn: ownStartsMax, startedEagerly: 0 });
  expect(engine.status().startedShared).toBeGreaterThan(0);
  await expectInvariants(site.admin);
});

test('a burst shares runs, across tenants, and every event is applied once', async () => {
  const engine = site.open();
  await untilWorking(engine);
  const orgs = await Promise.all([makeOrg(site.admin), makeOrg(site.admin)]);
  const refs = (await Promise.all(orgs.map((org) => acceptMany(site, 700, org)))).flat();
  for (const ref of refs) engine.drive(ref);
  await untilDecided(site);
  const { startedOwn, startedShared } = engine.status();
  expect(startedOwn).toBe(ownStartsMax);
  expect(startedShared).toBeLessThan(10);
  await expectInvariants(site.admin);
});

test('the shared lane switched off: a burst is one run for each event', async () => {
  const engine = site.open({ EVENT_LANES: 'own' });
  await untilWorking(engine);
  for (const ref of await acceptMany(site, 150)) engine.drive(ref);
  await untilDecided(site, 30_000);
  expect(engine.status()).toMatchObject({ startedOwn: 150, startedShared: 0 });
  await expectInvariants(site.admin);
});

test('G12 the same event driven 50 times at once gives one verdict, one Activity and one audit entry', async () => {
  const engine = site.open();
  await untilWorking(engine);
  const ref = await acceptOne(site);
  for (let number = 0; number < 50; number += 1) engine.drive(ref);
  await untilDecided(site);
  expect(await verdictsOf(ref.tenantId)).toHaveLength(1);
  await expectInvariants(site.admin);
});

test('two tenants with the same ids in one worker do not touch each other', async () => {
  const engine = site.open();
  await untilWorking(engine);
  const [first, second] = [await makeOrg(site.admin), await makeOrg(site.admin)];
  const told = [
    { type: 'invoice.issued' as const, at: 0 },
    { type: 'invoice.paid' as const, at: 1 },
  ];
  const refs = [
    ...(await acceptAll(site.admin, first, told)),
    ...(await acceptAll(site.admin, second, told.slice(0, 1))),
  ];
  for (const ref of refs) engine.drive(ref);
  await untilDecided(site);
  const { rows } = await site.admin.query<{ org_id: string; status: string }>('select org_id, status from invoice');
  expect(new Map(rows.map((row) => [row.org_id, row.status]))).toEqual(
    new Map([
      [first, 'paid'],
      [second, 'open'],
    ]),
  );
  await expectInvariants(site.admin);
});

test('W7 D5 P21 in a set, what throws is isolated and fails in a run of its own, by the name of its error, while the others are applied', async () => {
  const engine = site.open();
  await untilWorking(engine);
  const [org, full] = [await makeOrg(site.admin), await makeOrg(site.admin)];
  await site.admin.query(
    "insert into audit_head (org_id, seq, hash) values ($1, 9223372036854775807, sha256('')) on conflict (org_id) do update set seq = excluded.seq",
    [full],
  );
  const unknown = await acceptRaw(site.admin, org, 'comet.sighted', '{"type":"comet.sighted"}');
  const [last] = await acceptAll(site.admin, full, [{ type: 'lead.created' }]);
  if (!last) throw new Error('nothing accepted');
  const others = await acceptMany(site, 100, org);
  for (const ref of [...others.slice(0, 50), unknown, last, ...others.slice(50)]) engine.drive(ref);
  await expect.poll(() => verdictsOf(org)).toHaveLength(100);
  for (const [ref, failure] of [
    [unknown, 'UnreadableEvent'],
    [last, 'ValueInvalid'],
  ] as const) {
    const { client } = site;
    await expect
      .poll(() => failureOf(client, eventWorkflowId(ref)).catch(() => undefined))
      .toMatchObject({ type: failure });
  }
  await expect.poll(() => engine.status().backlog.isolated).toBe(2);
  expect(await verdictsOf(full)).toEqual([]);
}, 60_000);

test('a rejected event answers those who wait, and its run is completed', async () => {
  const engine = site.open();
  await untilWorking(engine);
  const [ref] = await acceptAll(site.admin, await makeOrg(site.admin), [{ type: 'invoice.refunded' }]);
  if (!ref) throw new Error('nothing accepted');
  engine.drive(ref);
  expect(await engine.waitForDecision(ref, Date.now() + 10_000)).toBe('rejected');
  await expect(site.client.workflow.getHandle(eventWorkflowId(ref)).result()).resolves.toMatchObject({
    outcome: 'rejected',
  });
});

test('control 94: no text of a tenant enters a history, not even from a defect', async () => {
  const engine = site.open();
  await untilWorking(engine);
  const org = await makeOrg(site.admin);
  const canary = `canary${randomBytes(6).toString('hex')}`;
  const refs = await acceptAll(site.admin, org, [
    {
      type: 'lead.created',
      data: { leadId: `${canary}@example.com`, source: 'web', email: `${canary}@example.com`, name: canary },
    },
    { type: 'incident.opened', data: { incidentId: 'I-1', title: canary, severity: 'low', description: canary } },
  ]);
  refs.push(await acceptRaw(site.admin, org, 'lead.created', JSON.stringify({ email: `${canary}@example.com` })));
  for (const ref of refs) engine.drive(ref);
  await expect.poll(() => verdictsOf(org)).toHaveLength(2);
  for (const ref of refs) {
    const handle = site.client.workflow.getHandle(eventWorkflowId(ref));
    await handle.result().catch(() => undefined);
    const told = JSON.stringify([await handle.fetchHistory(), (await handle.describe()).raw], (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    );
    expect(told).toContain(ref.eventId);
    expect(told).not.toContain(canary);
  }
});

test('the backlog is full when more than the bound is older than 30 s, and only then', async () => {
  await acceptMany(site, 6);
  await site.admin.query(
    "update event_pending set received_at = now() - interval '1 minute', sweep_after = now() + interval '1 hour'",
  );
  const engine = site.open({ EVENT_BACKLOG_MAX: '5', EVENT_WORKER: 'off' });
  expect(engine.isBacklogFull()).toBe(false);
  await expect.poll(() => engine.isBacklogFull()).toBe(true);
  await site.admin.query(
    'update event_pending set received_at = now() where event_id = (select min(event_id) from event_pending)',
  );
  await expect.poll(() => engine.isBacklogFull()).toBe(false);
}, 30_000);

test('the engine tells its own metrics and those of the SDK', async () => {
  const engine = site.open();
  await untilWorking(engine);
  const ref = await acceptOne(site);
  engine.drive(ref);
  await engine.waitForDecision(ref, Date.now() + 10_000);
  const text = await engine.metrics();
  expect(text).toMatch(/^engine_starts_own_total 1$/m);
  expect(text).toMatch(/^engine_backlog_oldest_seconds 0$/m);
  expect(text).toContain('temporal_local_activity_execution_latency');
  expect(text).toMatch(/^events_applied_total 1$/m);
  expect(text).toMatch(/^events_lag_seconds_count 1$/m);
  expect(text).toMatch(/^tx_unknown_outcome_total 0$/m);
  expect(text).toMatch(/^tx_late_statement_refused_total 0$/m);
});
