import { expect, test } from 'vitest';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { writeLedger } from '#activities/billing/write-ledger';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { entriesOf } from '#domain/billing/ledger';
import { inTenants } from '#prisma/pool';
import type { FakeDispute } from '#tests/payments/fake-disputes';
import { outcomeOf, storeOrder } from './orders.ts';
import { hours, useStripe } from './stripe-site.ts';
import { auditOf, caseOf, expectBooksHold, invoiceOf, makeInvoice, paymentsOf } from './world.ts';

const site = useStripe();
const fee = { fee: 1_500, currency: 'usd' };

/** What a webhook of a dispute leaves, handled so often at once. */
async function tell(event: string, type: string, { payment_intent: { id } }: FakeDispute, times = 1) {
  await site.tell(event, `charge.dispute.${type}`, id);
  const name = { provider: 'stripe', id: event };
  await Promise.all(Array.from({ length: times }, () => handleProviderEvent(site.world.resources, name)));
}

async function order(orgId: string, kind: string, body: object) {
  const { admin, worker, resources } = site.world;
  const name = await storeOrder(admin, orgId, kind, body);
  await executeStaffCommand(worker, name);
  await settleStaffCommand(resources, name);
  return outcomeOf(admin, name);
}

async function ledgerOf(id: string) {
  const { rows } = await site.world.admin.query<{ fact: string; account: string; minor: number }>(
    `select fact, account, amount_minor::int as minor from billing_ledger where invoice_id = $1 and fact in ('charged_back', 'reinstated')
     order by transaction_id, entry`,
    [id],
  );
  return rows.map(({ fact, account, minor }) => `${fact} ${account} ${minor}`);
}

/** What the invoice comes to in each account. */
async function balancesOf(id: string): Promise<Record<string, number>> {
  const { rows } = await site.world.admin.query<{ account: string; minor: number }>(
    'select account, sum(amount_minor)::int as minor from billing_ledger where invoice_id = $1 group by 1',
    [id],
  );
  return Object.fromEntries(rows.map(({ account, minor }) => [account, minor]));
}

async function waitOf(id: string) {
  const { rows } = await site.world.admin.query<{ reason: string }>(
    'select reason from collection_wait where invoice_id = $1',
    [id],
  );
  return rows[0]?.reason;
}

/** An invoice that was paid by its org's credit when it opened. */
async function spendCredit(orgId: string, minor: number) {
  const id = await makeInvoice(site.world, orgId, { amountMinor: BigInt(minor) });
  const entries = entriesOf({ fact: 'credit_used', amountMinor: BigInt(minor) });
  const used = {
    transactionId: `credit_used:${id}`,
    fact: 'credit_used',
    currency: 'EUR',
    at: Date.parse(hours(24)),
  } as const;
  await inTenants(site.world.worker, [orgId], (client) =>
    writeLedger(client, [{ ...used, orgId, invoiceId: id, entries }]),
  );
  await site.world.admin.query(
    `insert into payment (org_id, invoice_id, ref, status, amount_minor, currency, method, at, settled_at)
     values ($1, $2, 'credit', 'succeeded', $3, 'EUR', 'credit', $4, $4)`,
    [orgId, id, minor, hours(24)],
  );
  await site.world.admin.query(`update invoice set status = 'paid', paid_minor = $2, due_minor = 0 where id = $1`, [
    id,
    minor,
  ]);
  return id;
}

/** An invoice that was paid by a charge, which is disputed then. */
async function makeDisputed(told: Partial<FakeDispute> = {}) {
  const made = await site.makeDue('pm_card');
  await site.tick(0);
  const ref = site.stripe.intents.at(-1)?.id ?? '';
  return { ...made, ref, dispute: site.stripe.dispute(ref, told) };
}

test('a lost dispute is booked once, whatever events come of it, how often and in which order: what was paid is due again', async () => {
  const { id, dispute } = await makeDisputed();
  await tell('evt_1', 'created', dispute);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
  Object.assign(dispute, { status: 'lost', balance_transactions: [fee] });
  await tell('evt_3', 'closed', dispute, 4);
  await tell('evt_2', 'funds_withdrawn', dispute, 2);
  for (const hour of [1, 24, 48]) await site.tick(hour);
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'open', paid: 0, due: 5_000, overpaid: 0 });
  expect(await ledgerOf(id)).toEqual(['charged_back cash -5000', 'charged_back receivable 5000']);
  const fees = await site.world.admin.query(
    `select account, amount_minor::int as minor, currency from billing_ledger where fact = 'dispute_fee' order by 1`,
  );
  expect(fees.rows).toEqual([
    { account: 'cash', minor: -1_500, currency: 'USD' },
    { account: 'fees', minor: 1_500, currency: 'USD' },
  ]);
  expect((await auditOf(site.world, id)).slice(-3)).toEqual(['dispute.opened', 'dispute.lost', 'collection.waits']);
  const findings = await site.world.admin.query(`select 1 from audit_log where action = 'provider.mismatch'`);
  expect(findings.rowCount).toBe(0);
});

test('what a lost dispute left due is collected by nobody until staff order it; they may also give it up', async () => {
  const [one, other] = [await makeDisputed({ status: 'lost' }), await makeDisputed({ status: 'lost' })];
  await tell('evt_1', 'closed', one.dispute);
  await tell('evt_2', 'closed', other.dispute);
  for (const hour of [1, 24, 48]) await site.tick(hour);
  expect(await order(one.orgId, 'set_payment_method', { provider: 'stripe', token: 'pm_card' })).toBe('done');
  expect(site.stripe.asked).toHaveLength(2);
  expect([await waitOf(one.id), await waitOf(other.id)]).toEqual(['dispute_lost', 'dispute_lost']);
  expect(await order(one.orgId, 'retry_payment', { invoiceId: one.id })).toBe('done');
  expect(await order(other.orgId, 'mark_uncollectible', { invoiceId: other.id })).toBe('done');
  expect(await invoiceOf(site.world, one.id)).toMatchObject({ status: 'paid', paid: 5_000 });
  expect(await invoiceOf(site.world, other.id)).toMatchObject({ status: 'uncollectible', due: 5_000 });
  expect([await waitOf(one.id), await waitOf(other.id)]).toEqual([undefined, undefined]);
  await site.tick(72);
  expect(await paymentsOf(site.world, one.id)).toMatchObject([
    { ref: 'attempt-1', status: 'succeeded' },
    { ref: 'attempt-2', status: 'succeeded', trigger: 'by_hand' },
  ]);
});

test('a retry by hand that is declined goes on as any collection does', async () => {
  const { orgId, id, dispute } = await makeDisputed({ status: 'lost' });
  await tell('evt_1', 'closed', dispute);
  expect(await order(orgId, 'set_payment_method', { provider: 'stripe', token: 'pm_card_soft' })).toBe('done');
  expect(await order(orgId, 'retry_payment', { invoiceId: id })).toBe('done');
  expect(await caseOf(site.world, id)).toMatchObject({ state: 'retrying', is_closed: false });
});

test('while a dispute is open the rest of its invoice is not collected, by nobody; won, it goes on', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'capture-part', amount: 3_000 });
  await site.tick(0);
  const dispute = site.stripe.dispute(site.stripe.intents[0]?.id ?? '');
  await tell('evt_1', 'created', dispute);
  for (const hour of [1, 24, 48]) await site.tick(hour);
  expect(await waitOf(id)).toBe('disputed');
  expect(await order(orgId, 'retry_payment', { invoiceId: id })).toBe('is_disputed');
  expect(site.stripe.asked).toHaveLength(1);
  dispute.status = 'won';
  await tell('evt_2', 'closed', dispute);
  expect(await waitOf(id)).toBeUndefined();
  await site.tick(49);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
  expect(await ledgerOf(id)).toEqual([]);
});

test('one that is won after all, and was booked as lost, comes back once', async () => {
  const { id, dispute } = await makeDisputed({ status: 'lost' });
  await tell('evt_1', 'closed', dispute);
  dispute.status = 'appeal_under_review';
  await tell('evt_2', 'updated', dispute);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'open', due: 5_000 });
  dispute.status = 'won';
  await tell('evt_3', 'funds_reinstated', dispute, 3);
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 5_000, due: 0, overpaid: 0 });
  expect(await waitOf(id)).toBeUndefined();
  expect(await ledgerOf(id)).toEqual([
    'charged_back cash -5000',
    'charged_back receivable 5000',
    'reinstated cash 5000',
    'reinstated receivable -5000',
  ]);
});

test('no webhook came: the daily list has the dispute, and it is read again until it ends', async () => {
  const { id, dispute } = await makeDisputed();
  await site.tick(24);
  expect((await auditOf(site.world, id)).at(-1)).toBe('dispute.opened');
  dispute.status = 'lost';
  for (const hour of [48, 24 * 20]) await site.tick(hour);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'open', due: 5_000 });
  expect(await ledgerOf(id)).toHaveLength(2);
});

test('of a payment that was refunded in part a dispute takes what is left, and no refund goes above that', async () => {
  const { orgId, id, dispute } = await makeDisputed({ amount: 4_000 });
  expect(await order(orgId, 'refund', { invoiceId: id, amountMinor: '1500' })).toBe('done');
  dispute.status = 'lost';
  await tell('evt_1', 'closed', dispute);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'open', paid: 1_500, due: 3_500 });
  expect(await order(orgId, 'refund', { invoiceId: id, amountMinor: '1' })).toBe('refund_exceeds_paid');
});

test('X11: of one charge a part was captured, of that a part refunded, and the rest taken back by the bank: the books hold at each step, and the whole is collected in the end', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card');
  const stands = async (status: string, paid: number, due: number) => {
    expect(await invoiceOf(site.world, id)).toEqual({ status, paid, due, overpaid: 0 });
    expect((await balancesOf(id))['receivable']).toBe(due);
    await expectBooksHold(site.world);
  };
  const refund = (amountMinor: string) => order(orgId, 'refund', { invoiceId: id, amountMinor });
  site.stripe.fail({ kind: 'capture-part', amount: 3_000 });
  await site.tick(0);
  await stands('open', 3_000, 2_000);
  expect(await refund('1200')).toBe('done');
  await stands('open', 3_000, 2_000);
  expect(await refund('1801')).toBe('refund_exceeds_paid');
  // The bank takes back all that was captured, of which a part had gone back.
  const dispute = site.stripe.dispute(site.stripe.intents[0]?.id ?? '', { amount: 3_000 });
  await tell('evt_1', 'created', dispute);
  await stands('open', 3_000, 2_000);
  Object.assign(dispute, { status: 'lost' });
  await tell('evt_2', 'closed', dispute, 3);
  await stands('open', 1_200, 3_800);
  expect(await refund('1')).toBe('refund_exceeds_paid');
  expect(await order(orgId, 'retry_payment', { invoiceId: id })).toBe('done');
  await stands('paid', 5_000, 0);
  await site.tick(24);
  await stands('paid', 5_000, 0);
  expect(await taken()).toEqual([3_800n, 3_000n]);
  expect((await balancesOf(id))['cash']).toBe(3_000 - 1_200 - 1_800 + 3_800);
});

test('a lost dispute waits for the outcome of a refund of the same payment', async () => {
  const { orgId, id, dispute } = await makeDisputed({ status: 'lost' });
  await site.world.admin.query(
    `insert into refund (org_id, invoice_id, ref, payment_ref, amount_minor, currency, at, status, paid_to, provider_key)
     values ($1, $2, 'r-1', 'attempt-1', 1200, 'EUR', $3, 'pending', 'cash', 'refund:r-1')`,
    [orgId, id, hours(0)],
  );
  await tell('evt_1', 'closed', dispute);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
  await site.tick(1);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'open', paid: 1_200, due: 3_800 });
});

test('money that was the credit of its org goes first, also where it was spent: that invoice is due again', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  const { id: ref } = site.stripe.payByHand({ org: orgId, invoice: id }, 2_000, 'EUR');
  await site.tick(24);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 2_000 });
  const other = await spendCredit(orgId, 2_000);
  await tell('evt_1', 'closed', site.stripe.dispute(ref, { status: 'lost' }));
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 5_000, due: 0, overpaid: 0 });
  expect(await ledgerOf(id)).toEqual(['charged_back cash -2000', 'charged_back credit 2000']);
  expect(await invoiceOf(site.world, other)).toMatchObject({ status: 'open', paid: 0, due: 2_000 });
});

test('what is in another currency, or of a payment that the books lack, is a finding for staff', async () => {
  const { orgId, id, dispute } = await makeDisputed({ currency: 'usd', status: 'lost' });
  await tell('evt_1', 'closed', dispute);
  await site.tick(24);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
  const { rows } = await site.world.admin.query(
    `select org_id, detail->>'problem' as problem from audit_log where action = 'provider.mismatch'`,
  );
  expect(rows).toEqual([{ org_id: orgId, problem: 'disputed' }]);
});

test('a key that may not read disputes leaves the list of charges as it was: matched, and adopted', async () => {
  const { orgId, id } = await site.makeDue('pm_card_soft');
  site.stripe.mayReadDisputes = false;
  site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'EUR');
  await expect(site.tick(0)).rejects.toThrow();
  await site.tick(1);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
});
