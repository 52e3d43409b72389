import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { closingPhase } from '#activities/closing/closing-phase';
import { startJob } from '#temporal/job-commands';
import { awaitCommand, orderStaffCommand } from '#temporal/staff-commands';
import type { JobResult } from '#workflows/run-job';
import { makeDraft, slotOn } from '#tests/activities/closing/drafts';
import { acceptAll, acceptUsage, makeOrg } from '../support/events.ts';
import { expectInvariants } from '../support/invariants.ts';
import { waitingForLock } from '../support/waiting.ts';
import { createJobSite, type JobSite } from './job-site.ts';
import { launchWorker } from './launch-worker.ts';

// More than one set of each: 500 orgs are rated, 200 closed in one transaction.
const rated = 510;
const closed = 210;
const rating = 'nightly-rating';
const closing = 'monthly-rollup';
const night = '2026-11-02';

let site: JobSite;
const children: ChildProcess[] = [];

beforeAll(async () => {
  site = await createJobSite();
  await tellOrgs();
}, 60_000);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await site.close();
});

/** Orgs to rate, the last one at a price that nobody can read, and orgs with a draft of October to close. */
async function tellOrgs() {
  const ids = (prefix: string, count: number) =>
    `select '${prefix}' || lpad(n::text, 3, '0') as id from generate_series(1, ${count}) n`;
  await site.admin.query(`
    insert into plan (id, name) values ('good', 'Good'), ('bad', 'Bad');
    insert into meter (id, name, aggregation) values ('calls', 'Calls', 'sum');
    insert into plan_price (plan_id, meter, from_at, price) values
      ('good', 'calls', '2020-01-01', '{"model": "per_unit", "currency": "EUR", "unitPrice": "0.01"}'),
      ('bad', 'calls', '2020-01-01', '{"model": "odd"}');
    insert into org (id, name) select id, id from (${ids('rated-', rated)} union all ${ids('closed-', closed)}) o;
    update org_billing set next_close_at = 'infinity' where org_id like 'rated-%';
    update org_billing set next_rating_at = 'infinity' where org_id like 'closed-%';
    insert into org_plan (org_id, plan_id, from_at) select id, 'good', '2026-10-01' from (${ids('rated-', rated)}) o;
    update org_plan set plan_id = 'bad' where org_id = 'rated-${rated}';
    update org_billing set next_rating_at = '-infinity' where org_id like 'rated-%';
    insert into usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at, is_correction)
      select id, 'evt_' || id, 0, 'calls', 700, '2026-10-05Z', '2026-10-06Z', '2026-10-06Z', '2026-10-06Z', true from (${ids('rated-', rated)}) o;
    insert into staff_command (org_id, id, kind, body, actor_type, actor, reason, status)
      select id, gen_random_uuid(), 'correct_usage', '{}', 'operator', 'x', 'a test', 'done' from (${ids('rated-', rated)}) o;
    update usage_meter u set event_id = 'staff:' || c.id from staff_command c where c.org_id = u.org_id`);
  const month = { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' };
  for (let n = 1; n <= closed; n += 1)
    await makeDraft(site.admin, `closed-${String(n).padStart(3, '0')}`, {
      ...month,
      lines: [{ stream: 'usage', minor: 900 }],
    });
}

async function launch(): Promise<ChildProcess> {
  const child = await launchWorker(site);
  children.push(child);
  return child;
}

/** Orgs that nobody else can work on until they are let go: who locks a set with one of them waits at it. */
async function holdOrgs(orgIds: readonly string[]) {
  const client = await site.admin.connect();
  await client.query('begin; set local idle_in_transaction_session_timeout = 0');
  await client.query('select from org_billing where org_id = any($1) for update', [orgIds]);
  return {
    waiting: () => waitingForLock(site.admin),
    async release() {
      await client.query('rollback');
      client.release();
    },
  };
}

const count = async (sql: string) =>
  (await site.admin.query<{ n: number }>(`select count(*)::int as n ${sql}`)).rows[0]?.n;

async function auditedSlots(action: string, job: string) {
  const found = (await site.audit(action)).filter(({ subject }) => subject.startsWith(`${job}/`));
  return found.map(({ subject }) => subject.slice(job.length + 1));
}

async function makeOpenInvoice() {
  const orgId = await makeOrg(site.admin, 'ordered');
  const lines = [{ stream: 'usage', minor: 1_000 }] as const;
  const invoiceId = await makeDraft(site.admin, orgId, {
    start: '2026-09-01T00:00:00Z',
    end: '2026-10-01T00:00:00Z',
    lines,
  });
  await closingPhase(site.pools.jobs).apply([orgId], slotOn('2026-10-02'));
  return { orgId, invoiceId };
}

test('S4 the worker killed half-way through rating, closing and an order: another ends them, once, and the audit says so', async () => {
  const { orgId, invoiceId } = await makeOpenInvoice();
  const held = await holdOrgs(['rated-505', 'closed-205', orgId]);
  const first = await launch();
  const handles: WorkflowHandle[] = [];
  for (const job of [rating, closing] as const) handles.push((await startJob(site, job, night, false)).handle);
  const body = { invoiceId, amountMinor: '400' };
  const order = await orderStaffCommand(site, site.pools.jobs, {
    orgId,
    kind: 'credit_note',
    body,
    by: { operator: 'ops' },
    reason: 'a test',
  });
  await expect.poll(held.waiting, { timeout: 30_000 }).toBe(3);
  await expect.poll(() => count("from invoice_line where org_id like 'rated-%'")).toBe(500);
  await expect.poll(() => count("from invoice where number is not null and org_id like 'closed-%'")).toBe(200);
  first.kill('SIGKILL');
  await once(first, 'exit');
  await held.release();
  await launch();
  const [ratingResult, closingResult]: JobResult[] = await Promise.all(handles.map((handle) => handle.result()));
  expect(ratingResult).toMatchObject({ outcome: 'partial', slots: [{ counts: { failed: 1 } }] });
  expect(closingResult).toMatchObject({ outcome: 'done' });
  expect(await awaitCommand(site.pools.jobs, order, 60_000)).toMatchObject({
    status: 'done',
    result: { dueMinor: '600' },
  });

  expect(
    await count(
      "from (select 1 from invoice_line where org_id like 'rated-%' group by org_id having count(*) = 1 and sum(amount_minor) = 700) l",
    ),
  ).toBe(509);
  const { rows } = await site.admin.query<{ n: number }>(
    'select substr(number, 5)::int as n from invoice where number is not null order by 1',
  );
  expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: closed + 1 }, (_, n) => n + 1));
  expect(
    await count(
      "from (select 1 from audit_log where action = 'invoice.opened' group by subject having count(*) = 1) o",
    ),
  ).toBe(closed + 1);
  for (const job of [rating, closing])
    expect([await auditedSlots('job.started', job), await auditedSlots('job.finished', job)]).toEqual([
      [night],
      [night],
    ]);
  expect(await site.audit('job.org_failed')).toMatchObject([
    { orgId: 'rated-510', subject: `${rating}/${night}`, detail: { code: 'Error' } },
  ]);
  expect(await site.audit('command.credit_note')).toHaveLength(1);
  await expectInvariants(site.admin);
}, 150_000);

test('S2, S1 five missed nights and two runs at once of the next rate each night once, in order, by its own date', async () => {
  const missed = ['03', '04', '05', '06', '07'].map((day) => `2026-11-${day}`);
  const { slots } = await site.run(rating, '2026-11-07');
  expect(slots.map(({ slot }) => slot)).toEqual(missed);
  await site.admin.query("update org_plan set plan_id = 'good' where org_id = 'rated-510'");
  const last = '2026-11-08';
  const both = await Promise.all(
    ['job:a', 'job:b'].map((workflowId) =>
      site.client.workflow.start('nightlyRating', { taskQueue: site.taskQueue, workflowId, args: [{ slot: last }] }),
    ),
  );
  const results: JobResult[] = await Promise.all(both.map((handle) => handle.result()));
  expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'skipped']);
  for (const action of ['job.started', 'job.finished'])
    expect(await auditedSlots(action, rating)).toEqual([night, ...missed, last]);
  expect((await site.audit('job.org_failed')).map(({ subject }) => subject)).toEqual(
    [night, ...missed].map((slot) => `${rating}/${slot}`),
  );
  expect(
    await count(
      "from (select 1 from invoice_line where org_id like 'rated-%' group by org_id having count(*) = 1 and sum(amount_minor) = 700) l",
    ),
  ).toBe(rated);
  await expectInvariants(site.admin);
}, 60_000);

test('D8 what happened ten years ago is taken, and moves no slot: the next night is the next night', async () => {
  const before = await site.slots(rating);
  const tenYears = -10 * 365 * 24 * 60;
  const orgId = 'rated-001';
  const told = (['lead.created', 'subscription.created', 'invoice.issued', 'addon.purchased'] as const).map((type) => ({
    type,
    at: tenYears,
  }));
  const window = { windowStart: '2016-01-01T00:00:00Z', windowEnd: '2016-01-01T01:00:00Z' };
  const refs = [
    ...(await acceptAll(site.admin, orgId, told)),
    await acceptUsage(site.admin, orgId, [{ meter: 'calls', quantity: 100, ...window }]),
  ];
  const outcomes = await applyEvents(site.pools.jobs, refs, 'event:test');
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
  const next = '2026-11-09';
  expect(await site.run(rating, next)).toMatchObject({ outcome: 'done', slots: [{ slot: next }] });
  expect((await site.slots(rating)).map(({ slot }) => slot)).toEqual([...before.map(({ slot }) => slot), next]);
  await expectInvariants(site.admin);
}, 60_000);
