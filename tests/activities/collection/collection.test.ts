import { expect, test } from 'vitest';
import { pauseDunning } from '#activities/collection/pause-dunning';
import { inTenants } from '#prisma/pool';
import { at, day, useSandbox } from './sandbox-site.ts';
import { auditOf, caseOf, invoiceOf, makeInvoice, makePayer, paymentsOf } from './world.ts';

const shortPolicy = { retryDays: [1, 3], graceDays: 2 };
const site = useSandbox();
const { taken, changeMethod, retryByHand } = site;

async function daysOf(invoiceId: string): Promise<unknown[]> {
  const { rows } = await site.world.admin.query<{ day: number }>(
    `select (at::date - date '2026-11-02') as day from payment where invoice_id = $1 order by attempt`,
    [invoiceId],
  );
  return rows.map((row) => row.day);
}

function noticesOf(id: string) {
  return site.world.notices.filter((one) => one.kind !== 'ai_allowance').filter(({ invoiceId }) => invoiceId === id);
}

test('a due invoice is paid by the tick, once, however often and beside itself its slot runs', async () => {
  const payers = await Promise.all(Array.from({ length: 25 }, () => makePayer(site.world, 'pm_ok')));
  const due = await Promise.all(payers.map((orgId) => makeInvoice(site.world, orgId)));
  const later = await makeInvoice(site.world, payers[0] ?? '', { dueAt: '2026-12-30T00:00:00Z' });
  await Promise.all([site.world.tick(day(0)), site.world.tick(day(0)), site.world.tick(day(0, '11'))]);
  await site.world.tick(day(0));
  await site.world.tick(day(1));
  for (const id of due) {
    expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 0 });
    expect(await taken(id)).toEqual([10_000n]);
    const audited = (await auditOf(site.world, id)).filter((action) => action !== 'payment.unknown');
    expect(audited).toEqual(['payment.attempted', 'payment.succeeded', 'invoice.paid']);
  }
  expect(await invoiceOf(site.world, later)).toMatchObject({ status: 'open', due: 10_000 });
});

test('soft declines are retried on the days of the policy, then the grace passes and the invoice is given up, each step told once', async () => {
  const orgId = await makePayer(site.world, 'pm_declined_soft');
  const id = await makeInvoice(site.world, orgId);
  for (let n = 0; n < 14; n += 1) {
    await site.world.tick(day(n));
    await site.world.tick(day(n, '15'));
  }
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'retrying', steps_left: [5] });
  await site.world.tick(day(14));
  expect(await daysOf(id)).toEqual([0, 1, 3, 5, 7, 14]);
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'exhausted', exhausted_on: '2026-11-16' });
  await site.world.tick(day(20));
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'open' });
  await site.world.tick(day(21));
  await site.world.tick(day(22));
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'uncollectible', paid: 0, due: 10_000, overpaid: 0 });
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'ended', is_closed: true, next_at: null });
  const told = noticesOf(id);
  expect(told.map(({ step }) => step).toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
  expect(new Set(told.map(({ key }) => key)).size).toBe(told.length);
  expect(told.at(-1)).toMatchObject({ kind: 'dunning_ended', dueMinor: 10_000n, currency: 'EUR' });
  expect(await changeMethod(orgId, 'pm_ok', 22)).toEqual([]);
  expect(await taken(id)).toEqual([]);
});

test('S2: five days without a slot give one attempt, and what was missed is made one a day', async () => {
  const orgId = await makePayer(site.world, 'pm_declined_soft');
  const id = await makeInvoice(site.world, orgId);
  for (const n of [0, 6]) await site.world.tick(day(n));
  expect(await daysOf(id)).toEqual([0, 6]);
  await site.world.tick(day(6, '12'));
  for (const n of [7, 8, 9]) await site.world.tick(day(n));
  expect(await daysOf(id)).toEqual([0, 6, 7, 8, 9]);
});

test('a method that pays at the third try recovers the case', async () => {
  const orgId = await makePayer(site.world, 'pm_soft_then_ok_2');
  const id = await makeInvoice(site.world, orgId);
  for (const n of [0, 1, 2, 3, 5, 7]) await site.world.tick(day(n));
  expect(await daysOf(id)).toEqual([0, 1, 3]);
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'closed', closed_by: 'paid', is_closed: true });
  expect(await taken(id)).toEqual([10_000n]);
});

test('a hard decline stops the retries until the method changes, which retries at once and uses no step', async () => {
  const orgId = await makePayer(site.world, 'pm_declined_hard');
  const [id, other] = [
    await makeInvoice(site.world, orgId),
    await makeInvoice(site.world, orgId, { amountMinor: 777n }),
  ];
  for (const n of [0, 1, 2]) await site.world.tick(day(n));
  expect(await daysOf(id)).toEqual([0]);
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'retrying', stopped_on: '2026-11-02' });
  expect(await changeMethod(orgId, 'pm_declined_soft', 2)).toEqual(['failed', 'failed']);
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'retrying', stopped_on: null, steps_left: [2, 3, 4, 5] });
  await site.world.tick(day(2, '14'));
  expect(await daysOf(id)).toEqual([0, 2]);
  expect(await changeMethod(orgId, 'pm_ok', 2)).toEqual(['succeeded', 'succeeded']);
  expect([await taken(id), await taken(other)]).toEqual([[10_000n], [777n]]);
});

test('X1: charged and the answer lost is unknown, blocks, and is found: the same charge, never a second', async () => {
  const orgId = await makePayer(site.world, 'pm_timeout_charged');
  const id = await makeInvoice(site.world, orgId);
  await site.world.tick(day(0));
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'unknown' }]);
  expect(await retryByHand(orgId, id, 0)).toBe('attempt_unsettled');
  await site.world.tick(day(0));
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'unknown' }]);
  await site.world.tick(day(0, '11'));
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 10_000 });
  expect(await taken(id)).toEqual([10_000n]);
  expect(await auditOf(site.world, id)).toEqual([
    'payment.attempted',
    'payment.unknown',
    'payment.succeeded',
    'invoice.paid',
  ]);
});

test('M9: a timeout without a charge is asked for, and failed before its key is a day old; then the case begins', async () => {
  const orgId = await makePayer(site.world, 'pm_timeout_not_charged');
  const id = await makeInvoice(site.world, orgId);
  for (const hour of ['10', '11', '12', '13']) await site.world.tick(day(0, hour));
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'unknown', asked: 1 }]);
  expect(await changeMethod(orgId, 'pm_ok', 0)).toEqual([]);
  await site.world.tick(day(1, '08'));
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'failed' }, { status: 'succeeded' }]);
  expect(await taken(id)).toEqual([10_000n]);
  const found = ['payment.attempted', 'payment.unknown', 'payment.failed', 'dunning.opened'];
  const retried = ['payment.attempted', 'payment.succeeded', 'invoice.paid', 'dunning.closed'];
  expect(await auditOf(site.world, id)).toEqual([...found, ...retried]);
});

test('a changed method over an unknown attempt waits for the truth, and a slot then retries', async () => {
  const orgId = await makePayer(site.world, 'pm_declined_soft');
  const id = await makeInvoice(site.world, orgId);
  await site.world.tick(day(0));
  expect(await changeMethod(orgId, 'pm_timeout_not_charged', 0)).toEqual(['unknown']);
  expect(await changeMethod(orgId, 'pm_ok', 0)).toEqual([]);
  await site.world.tick(day(0, '12'));
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'open' });
  await site.world.tick(day(1, '12'));
  expect(await paymentsOf(site.world, id)).toMatchObject([
    { trigger: 'collection', status: 'failed' },
    { trigger: 'new_method', status: 'failed', code: 'not_charged' },
    { trigger: 'new_method', status: 'succeeded' },
  ]);
  expect(await taken(id)).toEqual([10_000n]);
});

test('a retry by hand uses no step, pays, and stops everything', async () => {
  const orgId = await makePayer(site.world, 'pm_soft_then_ok_2');
  const id = await makeInvoice(site.world, orgId);
  await site.world.tick(day(0));
  expect(await retryByHand(orgId, id, 0)).toBe('failed');
  expect(await caseOf(site.world, id)).toMatchObject({ steps_left: [1, 2, 3, 4, 5] });
  const both = await Promise.all([retryByHand(orgId, id, 1), site.world.tick(day(1)), site.world.tick(day(1, '11'))]);
  expect(both[0]).toMatch(/^(succeeded|attempt_unsettled|nothing_due)$/);
  await site.world.tick(day(3));
  expect(await retryByHand(orgId, id, 3)).toBe('nothing_due');
  expect(await taken(id)).toEqual([10_000n]);
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'closed', closed_by: 'paid' });
  expect((await auditOf(site.world, id)).slice(-3)).toEqual(['payment.succeeded', 'invoice.paid', 'dunning.closed']);
});

test('an invoice of an org without a method waits, is listed and told once, and is collected once there is a method', async () => {
  const orgId = await makePayer(site.world, undefined);
  const id = await makeInvoice(site.world, orgId);
  for (const n of [0, 1, 2]) await site.world.tick(day(n));
  expect(await paymentsOf(site.world, id)).toEqual([]);
  const waits = () => site.world.admin.query('select reason from collection_wait where invoice_id = $1', [id]);
  expect((await waits()).rows).toEqual([{ reason: 'no_method' }]);
  expect(noticesOf(id).map(({ kind }) => kind)).toEqual(Array(2).fill('no_payment_method'));
  expect(await changeMethod(orgId, 'pm_ok', 2)).toEqual(['succeeded']);
  expect((await waits()).rows).toEqual([]);
  expect(await taken(id)).toEqual([10_000n]);
});

test.each([
  ['past_due', undefined],
  ['cancel_subscription', ['S:7 a']],
] as const)(
  'the end state %s leaves the invoice due, and is on record; a changed method collects it once more',
  async (endState, subscriptions) => {
    const orgId = await makePayer(site.world, 'pm_declined_soft', { policy: { ...shortPolicy, endState } });
    const id = await makeInvoice(site.world, orgId, {
      stream: 'subscriptions',
      source: 'subscription:S:7 a',
    });
    for (const n of [0, 1, 2, 3, 4]) await site.world.tick(day(n));
    expect(await caseOf(site.world, id)).toMatchObject({ state: 'exhausted' });
    await site.world.admin.query(
      `insert into provider_charge (provider, ref, org_id, invoice_id, amount_minor, currency, status, charged_at, seen_at)
       values ('sandbox', $2, $1, $2, 10000, 'USD', 'succeeded', '2026-11-01', now())`,
      [orgId, id],
    );
    await site.world.tick(day(5));
    expect(await caseOf(site.world, id)).toMatchObject({ state: 'exhausted' });
    await site.world.admin.query('delete from provider_charge where ref = $1', [id]);
    for (const n of [5, 6, 20]) await site.world.tick(day(n));
    expect(await caseOf(site.world, id)).toMatchObject({ state: 'ended' });
    expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'open', due: 10_000 });
    expect(await daysOf(id)).toEqual([0, 1, 3]);
    const { rows } = await site.world.admin.query<{ detail: object }>(
      `select detail from audit_log where subject = $1 and action = 'dunning.ended'`,
      [`invoice/${id}`],
    );
    expect(rows).toEqual([{ detail: { endState, ...(subscriptions && { subscriptions }) } }]);
    const told = noticesOf(id).length;
    expect(await changeMethod(orgId, 'pm_declined_soft', 21)).toEqual(['failed']);
    for (const n of [22, 23, 24]) await site.world.tick(day(n));
    expect(await daysOf(id)).toEqual([0, 1, 3, 21]);
    expect(noticesOf(id)).toHaveLength(told);
    expect(await changeMethod(orgId, 'pm_ok', 25)).toEqual(['succeeded']);
    expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid' });
    expect(await caseOf(site.world, id)).toMatchObject({ state: 'ended', is_closed: true });
  },
);

test('a paused case makes no step and uses none up', async () => {
  const orgId = await makePayer(site.world, 'pm_soft_then_ok_1');
  const id = await makeInvoice(site.world, orgId);
  await site.world.tick(day(0));
  const pause = (pausedAt: number | undefined) =>
    inTenants(site.world.worker, [orgId], (client) => pauseDunning(client, { orgId, invoiceId: id }, pausedAt));
  expect(await pause(at(0))).toBe(true);
  for (const n of [1, 2, 3]) await site.world.tick(day(n));
  expect(await daysOf(id)).toEqual([0]);
  await pause(undefined);
  await site.world.tick(day(4));
  expect(await daysOf(id)).toEqual([0, 4]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid' });
});

test('a parked invoice, and one of a parked org, is not collected, by no slot and by nobody', async () => {
  const [orgId, parked] = [await makePayer(site.world, 'pm_ok'), await makePayer(site.world, 'pm_ok')];
  const [id, other] = [await makeInvoice(site.world, orgId), await makeInvoice(site.world, parked)];
  await site.world.admin.query(`update invoice set parked_at = now() where id = $1`, [id]);
  await site.world.admin.query(`update org_billing set parked_at = now() where org_id = $1`, [parked]);
  await site.world.tick(day(0));
  expect(await retryByHand(orgId, id, 0)).toBe('is_parked');
  expect(await retryByHand(parked, other, 0)).toBe('is_parked');
  expect([await taken(id), await taken(other)]).toEqual([[], []]);
});
