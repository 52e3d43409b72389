import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { pino } from 'pino';
import { invariantsPhase } from '#activities/jobs/invariants/invariants-phase';
import { slotAt } from '#domain/jobs';
import { createPool } from '#prisma/pool';
import { createBillingPools, type BillingPools } from '#temporal/billing-worker';
import { readJobMetrics } from '#temporal/job-metrics';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { makeOrg } from '../../support/events.ts';

let database: TestDatabase;
let admin: pg.Pool;
let pools: BillingPools;
let lines: { msg: string; invariant?: string }[];
let hour = 0;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url);
  pools = createBillingPools(database.url, 'test');
});

afterAll(async () => {
  await Promise.all([admin, pools.jobs, pools.verifier].map((pool) => pool.end()));
  await database.drop();
});

beforeEach(() => {
  lines = [];
});

/** The invariants' job at the next hour, over the invariants that are named. */
async function look(...invariants: string[]) {
  hour += 1;
  const slot = `2026-11-24T${String(hour).padStart(2, '0')}`;
  const log = pino({ level: 'error' }, { write: (line) => void lines.push(JSON.parse(line)) });
  const phase = invariantsPhase({ db: pools.jobs, verifier: pools.verifier, log });
  const at = slotAt('invariants', slot) ?? 0;
  let counts = {};
  for (const invariant of invariants) counts = await phase.apply([invariant], { slot, at, isForced: false });
  await admin.query(
    `insert into job_slot (job, slot, status, holder, touched_at, started_at, finished_at) values ('invariants', $1, 'done', 'x', now(), now(), now())`,
    [slot],
  );
  return { slot, counts };
}

/** An open invoice of the org without lines: its subtotal is not what its lines come to. */
async function makeWrongInvoice(org: string, id: string) {
  await admin.query(
    `insert into invoice (org_id, id, ref, source, status, currency, stream, number, subtotal_minor, total_minor, due_minor, created_at, version)
      values ($1, $2, $2, 'rated', 'open', 'EUR', 'usage', $2, 100, 100, 100, now(), 1)`,
    [org, id],
  );
}

async function parkedOf(org: string) {
  const { rows } = await admin.query<{ id: string; reason: string | null }>(
    'select id, parked_reason as reason from invoice where org_id = $1 and parked_at is not null order by id',
    [org],
  );
  return rows;
}

async function auditOf(org: string) {
  const { rows } = await admin.query<{ action: string; subject: string }>(
    'select action, subject from audit_log where org_id = $1 order by seq',
    [org],
  );
  return rows.map(({ action, subject }) => `${action} ${subject}`);
}

test('a broken invariant is kept as a finding, logged, told by the metrics, and parks only what it names', async () => {
  const [org, other] = [await makeOrg(admin), await makeOrg(admin)];
  await makeWrongInvoice(org, 'inv_wrong');
  const { slot, counts } = await look('m1');
  expect(counts).toMatchObject({ checked: 1, parked: 1, unparked: 0 });
  const { rows } = await admin.query('select org_id, subject from invariant_finding where slot = $1 and org_id = $2', [
    slot,
    org,
  ]);
  expect(rows).toEqual([{ org_id: org, subject: 'inv_wrong' }]);
  expect(lines.map(({ msg, invariant }) => `${invariant} ${msg}`)).toEqual(['m1 an invariant is broken']);
  expect(await parkedOf(org)).toEqual([{ id: 'inv_wrong', reason: 'broken: m1' }]);
  expect(await auditOf(org)).toContain('parked invoice/inv_wrong');
  expect(await auditOf('_provider')).toContain('invariant.broken invariant/m1');
  const parked = await admin.query('select org_id from org_billing where parked_at is not null');
  expect(parked.rows).toEqual([]);
  expect(await parkedOf(other)).toEqual([]);
  expect(await readJobMetrics(pools.verifier)).toMatch(/^invariants_violations\{invariant="m1"\} \d+$/m);
});

test('what is found again is parked once; what two invariants park is let go when both are well', async () => {
  const org = await makeOrg(admin);
  await makeWrongInvoice(org, 'inv_two');
  await look('m1', 'm6');
  expect(await parkedOf(org)).toEqual([{ id: 'inv_two', reason: 'broken: m1 m6' }]);
  await look('m1', 'm6');
  expect((await auditOf(org)).filter((entry) => entry === 'parked invoice/inv_two')).toHaveLength(1);
  await admin.query(
    "update invoice set subtotal_minor = 0, total_minor = 0, due_minor = 0, status = 'paid' where id = 'inv_two'",
  );
  await look('m1');
  expect(await parkedOf(org)).toEqual([{ id: 'inv_two', reason: 'broken: m6' }]);
  await look('m6');
  expect(await parkedOf(org)).toEqual([]);
  expect(await auditOf(org)).toContain('unparked invoice/inv_two');
});

test('what staff parked stays as it is', async () => {
  const org = await makeOrg(admin);
  await makeWrongInvoice(org, 'inv_staff');
  await admin.query("update invoice set parked_at = now(), parked_reason = 'disputed' where id = 'inv_staff'");
  await look('m1');
  await admin.query(
    "update invoice set subtotal_minor = 0, total_minor = 0, due_minor = 0, status = 'paid' where id = 'inv_staff'",
  );
  await look('m1');
  expect(await parkedOf(org)).toEqual([{ id: 'inv_staff', reason: 'disputed' }]);
});

test('an invariant that names no invoice parks the org, and nobody else', async () => {
  const [org, other] = [await makeOrg(admin), await makeOrg(admin)];
  await admin.query(`insert into meter (id, name, aggregation) values ('calls', 'Calls', 'sum')`);
  await admin.query(
    "insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, usage_rows, rated_at) values ($1, 'calls', '2026-10-01', '2026-11-01', 5, 0, 'EUR', 0, now())",
    [org],
  );
  await admin.query('delete from rating_mark');
  await look('m10');
  const { rows } = await admin.query('select org_id, parked_reason from org_billing where parked_at is not null');
  expect(rows).toEqual([{ org_id: org, parked_reason: 'broken: m10' }]);
  expect(rows.some(({ org_id }) => org_id === other)).toBe(false);
});

test('the job reads as the verifier: its pool cannot write', async () => {
  await expect(pools.verifier.query('delete from invariant_finding')).rejects.toThrow('permission denied');
  const worker = createPool({ url: database.url, role: 'worker', max: 1, applicationName: 'test' });
  expect((await worker.query('select from invariant_finding')).rowCount).toBe(0);
  await worker.end();
});
