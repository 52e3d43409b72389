import type pg from 'pg';
import { expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { checkInvariants, findLost, invariantIds } from '#prisma/invariants';
import { usageBatchType } from '#domain/usage';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { createDatabase } from '../support/database.ts';
import { acceptAll, acceptRaw, makeOrg } from '../support/events.ts';
import { runCommand } from '../support/run-command.ts';
import { reportedInvoices, seedMoney } from './money-base.ts';
import { moneyViolations, type Violated } from './money-violations.ts';

// What is rated of an org that waits for its rating may be behind.
const marked = "insert into rating_mark (org_id, stream, first_at, last_at) values ('acme', 'usage', now(), now())";

// Each breaks one clause as only a superuser can, and only that invariant may say so.
const violations: Violated[] = [
  {
    id: 'E3',
    clause: 'an event that waits',
    sql: "insert into event_pending (org_id, event_id, received_at, sweep_after) select org_id, id, now() - interval '1 s', now() from event limit 1",
  },
  { id: 'E4', clause: 'a row that counts one event too many', sql: 'update lead set version = version + 1' },
  { id: 'E4', clause: 'a row that is gone', sql: 'delete from ai_usage_event; delete from ai_monthly_summary' },
  {
    id: 'E4',
    clause: 'a row of no event',
    sql: "insert into incident (org_id, id, status, created_at, version) values ('acme', 'x', 'open', now(), 1)",
  },
  { id: 'E4', clause: 'a usage row that is gone', sql: `${marked}; delete from usage_meter where row_index = 1` },
  {
    id: 'E4',
    clause: 'a usage row of no applied event',
    sql: `${marked}; insert into usage_meter select org_id, 'evt_none', row_index, null, meter, quantity, window_start, window_end, occurred_at, received_at, meta from usage_meter where row_index = 1`,
  },
  {
    id: 'E5',
    clause: 'an applied event without an Activity',
    sql: "delete from activity where action = 'lead.created'",
  },
  {
    id: 'E5',
    clause: 'an event with two Activities',
    sql: "insert into activity select org_id, event_id, entity_kind, entity_id, 'again', occurred_at, recorded_at from activity limit 1",
  },
  {
    id: 'E6',
    clause: 'a verdict without its audit entry',
    sql: "update event_verdict set verdicts = 2 where status = 'rejected'",
  },
  { id: 'E7', clause: 'an entry that was changed', sql: "update audit_log set detail = '{}' where seq = 1" },
  {
    id: 'E7',
    clause: 'an entry that was removed from the middle',
    sql: "delete from audit_log where action = 'staff.note'",
  },
  { id: 'E7', clause: 'a head that was moved', sql: 'update audit_head set seq = seq + 1' },
  {
    id: 'A1',
    clause: 'a table without forced row-level security',
    sql: 'alter table lead no force row level security',
  },
  {
    id: 'A1',
    clause: 'a table without a policy',
    sql: 'create table stray (org_id text); alter table stray enable row level security; alter table stray force row level security',
  },
  { id: 'A2', clause: 'a role that owns a table', sql: 'alter table staff_passkey owner to tributary_portal' },
];

test('the invariants hold on a seeded base, and each clause that is broken is caught (E3 to E7, M1 to M13, A1, A2)', async () => {
  const database = await createDatabase();
  const admin = openAdmin(database.url, 2);
  const worker = createPool({ url: database.url, role: 'worker', max: 2, applicationName: 'test' });
  const org = await makeOrg(admin, 'acme');
  const refs = await acceptAll(admin, org, [
    { type: 'lead.created' },
    { type: 'ai.used' },
    { type: 'usage.reported' },
    { type: 'addon.purchased', at: 1 },
    { type: 'addon.refunded', at: 0 },
    ...reportedInvoices,
  ]);
  const row = { meter: 'm', quantity: 1, windowStart: '2026-01-01T00:00:00Z', windowEnd: '2026-01-01T01:00:00Z' };
  // A number that is JSON and that no numeric of Postgres can hold.
  const told = JSON.stringify([row, { ...row, meta: { tiny: 'TINY' } }].map((one) => ({ tenantId: org, ...one })));
  const batch = await acceptRaw(admin, org, usageBatchType, told.replace('"TINY"', '1e-20000'));
  await applyEvents(worker, [...refs, batch], 'event:test');
  await admin.query(`begin; select set_config('app.tenants', '{acme}', true);
    select append_audit('[{"org_id":"acme","actor_type":"staff","actor":"x","action":"staff.note","subject":"s"}]');
    select append_audit('[{"org_id":"acme","actor_type":"staff","actor":"x","action":"staff.later","subject":"s"}]'); commit`);
  await seedMoney(admin);
  expect(await broken(admin)).toEqual([]);
  // What is broken of the money shall not be seen in its figures too.
  await admin.query("insert into metric_mark (org_id, topic, day) values ('acme', 'ledger', current_date)");
  const found: object[] = [];
  for (const { clause, sql } of [...violations, ...moneyViolations])
    found.push({ clause, broken: await brokenBy(admin, sql) });
  expect(found).toEqual([...violations, ...moneyViolations].map(({ id, clause }) => ({ clause, broken: [id] })));
  await Promise.all([worker.end(), admin.end()]);
  await database.drop();
}, 120_000);

test('a session that holds a transaction open is named (C1)', async () => {
  const database = await createDatabase();
  const admin = openAdmin(database.url, 3);
  const client = await admin.connect();
  await client.query('begin; select pg_advisory_xact_lock(1)');
  expect(await broken(admin)).toEqual(['C1']);
  await client.query('rollback');
  client.release();
  expect(await broken(admin)).toEqual([]);
  await admin.end();
  await database.drop();
});

test('what was answered and is not there, and what is there and was never sent, are named (E1, E2)', async () => {
  const database = await createDatabase();
  const admin = openAdmin(database.url, 2);
  const org = await makeOrg(admin);
  const refs = await acceptAll(admin, org, [{ type: 'lead.created' }, { type: 'ai.used' }]);
  const sent = refs.map(({ tenantId, eventId }) => ({ tenantId, id: eventId, answered: true }));
  const subjects = async (list: typeof sent) =>
    (await findLost(admin, list)).map(({ violations: found }) => found.map(({ subject }) => subject));
  expect(await subjects(sent)).toEqual([[], []]);
  expect(await subjects([...sent, { tenantId: org, id: 'evt_lost', answered: true }])).toEqual([['evt_lost'], []]);
  expect(await subjects([...sent, { tenantId: org, id: 'evt_unsure', answered: false }])).toEqual([[], []]);
  expect(await subjects(sent.slice(1))).toEqual([[], [refs[0]?.eventId]]);
  await admin.end();
  await database.drop();
});

test('the command exits 0 when all hold and 1 when one is broken', async () => {
  const database = await createDatabase();
  const admin = openAdmin(database.url, 1);
  await makeOrg(admin, 'acme');
  expect(await codeOfCommand(database.url)).toBe(0);
  await admin.query("insert into lead (org_id, id, status, created_at, version) values ('acme', 'x', 'new', now(), 1)");
  expect(await codeOfCommand(database.url)).toBe(1);
  expect(await codeOfCommand('postgres://nobody@127.0.0.1:1/none')).toBe(2);
  await admin.end();
  await database.drop();
});

async function broken(db: pg.Pool): Promise<string[]> {
  const results = await checkInvariants(db, { isQuiesced: true });
  return results.filter((result) => result.violations.length > 0).map(({ id }) => id);
}

/** What the invariants say after a statement that is undone again. */
async function brokenBy(db: pg.Pool, sql: string): Promise<string[]> {
  const client = await db.connect();
  try {
    await client.query(`begin; set local session_replication_role = replica; ${sql}; set local role tributary_verifier;
      set local app.pending_age_max = '0'`);
    const ids: string[] = [];
    for (const id of invariantIds) {
      const { rowCount } = await client.query(`select from invariant_${id} limit 1`);
      if (rowCount) ids.push(id.toUpperCase());
    }
    return ids;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function codeOfCommand(url: string): Promise<number> {
  const { code } = await runCommand('prisma/invariants-cli.ts', ['--quiesced'], { DATABASE_URL: url });
  return code;
}
