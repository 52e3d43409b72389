import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { createPool } from '#prisma/pool';
import { raiseLimit } from '#portal/services/provider/ai-orders';
import { correctCredits, orderOnOverdue } from '#portal/services/provider/billing-orders';
import { acknowledgeIncident } from '#portal/services/provider/incident-orders';
import type { Staff } from '#portal/auth/session';
import { makeInvoice, makePayer } from '#tests/activities/collection/world';
import { makeOrg } from '#tests/support/events';
import { openPortalBase, signedIn } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const done = { outcome: 'done' };

let base: PortalBase;
let staff: Staff;
let worker: pg.Pool;
let orgId: string;
let working: NodeJS.Timeout;

beforeAll(async () => {
  base = await openPortalBase();
  staff = await signedIn(base.all, 'provider');
  worker = createPool({ url: base.url, role: 'worker', max: 2, applicationName: 'orders' });
  orgId = await makeOrg(base.all);
  await base.all.query(
    "insert into incident (org_id, id, status, title, severity, created_at, version) values ($1, 'i-1', 'open', 'x', 'high', now(), 1)",
    [orgId],
  );
  working = setInterval(() => void workOff(), 50);
});
afterAll(async () => {
  clearInterval(working);
  await worker.end();
  await base.close();
});

/** What the runs of orders would do. */
async function workOff() {
  const { rows } = await base.all.query("select org_id, id from staff_command where status = 'pending'");
  for (const row of rows) await executeStaffCommand(worker, { orgId: row.org_id, id: row.id }).catch(() => undefined);
}

const orders = async (kind: string) =>
  (await base.all.query('select from staff_command where kind = $1', [kind])).rowCount;

test('a form sent again is the same order, with other values it is refused, and of somebody else it is another', async () => {
  const form = { org: orgId, credits: '5', reason: 'a test', id: randomUUID() };
  const both = await Promise.all([correctCredits(staff, form), correctCredits(staff, form)]);
  expect(both).toMatchObject([done, done]);
  await expect(correctCredits(staff, { ...form, credits: '50' })).rejects.toThrow('sent before');
  await expect(correctCredits(staff, { ...form, reason: 'another' })).rejects.toThrow('sent before');
  expect(await orders('correct_credits')).toBe(1);
  expect(await correctCredits(await signedIn(base.all, 'accountant'), { ...form, credits: '50' })).toMatchObject(done);
  const { rows } = await base.all.query('select credits::int from credit_grant order by credits');
  expect(rows).toEqual([{ credits: 5 }, { credits: 50 }]);
});

test('a form that was refused changed nothing: sent again it is tried again, with the same values or others', async () => {
  const form = { orgId, credits: '9', reason: 'a test', id: randomUUID() };
  for (const credits of ['9', '9', '10'])
    expect(await raiseLimit(staff, { ...form, credits })).toMatchObject({ outcome: 'refused', code: 'no_allowance' });
  expect(await orders('raise_ai_limit')).toBe(3);
});

test('a form whose page was read again since is the same order still', async () => {
  const form = { row: `${orgId}:i-1`, revisionSeen: 1, reason: 'a test', id: randomUUID(), isWithdrawn: false };
  expect(await acknowledgeIncident(staff, form)).toMatchObject(done);
  expect(await acknowledgeIncident(staff, { ...form, revisionSeen: 2 })).toMatchObject(done);
  expect(await orders('acknowledge_incident')).toBe(1);
});

test('of many payments that are retried, one that a colleague retried since the member looked is left as it is', async () => {
  const books = { admin: base.all, worker };
  const payer = await makePayer(books, 'pm_ok');
  const invoices = [await makeInvoice(books, payer), await makeInvoice(books, payer)];
  const ids = invoices.map((invoice) => `${payer}:${invoice}`);
  const versions = Object.fromEntries(ids.map((id) => [id, 1]));
  const retry = async (chosen: readonly string[]) => {
    const picked = { kind: 'ids' as const, ids: [...chosen], versions };
    const { items } = await orderOnOverdue(staff, 'retry_payment', { picked, reason: 'a test', id: randomUUID() });
    return new Map(items.map(({ id, became }) => [id, became]));
  };
  expect(await retry(ids.slice(0, 1))).toEqual(new Map([[ids[0], 'done']]));
  // Declined meanwhile: nothing but the version says that it was tried.
  await base.all.query("update payment set status = 'failed', decline = 'soft', failure_code = 'x' where org_id = $1", [
    payer,
  ]);
  expect(await retry(ids)).toEqual(
    new Map([
      [ids[0], 'skipped'],
      [ids[1], 'done'],
    ]),
  );
  const { rows } = await base.all.query('select 1 from payment where org_id = $1', [payer]);
  expect(rows).toHaveLength(2);
});
