import { expect, test } from 'vitest';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleRefund } from '#activities/collection/settle-refund';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { storeOrder } from './orders.ts';
import { hours, useStripe } from './stripe-site.ts';
import { auditOf, brokenBy, caseOf, expectBooksHold, invoiceOf, paymentsOf } from './world.ts';

const site = useStripe();

test('X8: what was paid at the provider by hand and never told is found by the daily match, and closes the case', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card_soft');
  await site.tick(0);
  const { id: ref } = site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'EUR');
  site.stripe.now = Date.parse(hours(24));
  await site.world.tick(hours(24), ['provider-list']);
  expect(await brokenBy(site.world, 'M8')).toEqual([id]);
  await site.tick(24);
  const isFound = async () => {
    expect(await brokenBy(site.world, 'M8')).toEqual([]);
    expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 0 });
    expect(await caseOf(site.world, id)).toMatchObject({ state: 'closed', closed_by: 'paid' });
  };
  await isFound();
  // Its webhooks, after all.
  for (const event of ['evt_1', 'evt_2']) await site.tell(event, 'payment_intent.succeeded', ref);
  const told = { provider: 'stripe', id: 'evt_1' };
  await Promise.all([handleProviderEvent(site.world.resources, told), handleProviderEvent(site.world.resources, told)]);
  await site.tick(48);
  await isFound();
  expect(await taken()).toEqual([5_000n]);
  expect(await auditOf(site.world, id)).toEqual([
    'payment.attempted',
    'payment.failed',
    'dunning.opened',
    'payment.adopted',
    'invoice.paid',
    'dunning.closed',
  ]);
});

test('X9: books that lost their newest payments take them from the provider, and charge nobody again', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card');
  await site.tick(0);
  const partly = await site.makeDue('pm_card', 900n);
  site.stripe.fail({ kind: 'capture-part', amount: 400 });
  await site.tick(1);
  await restoreBefore(orgId, id);
  await restoreBefore(partly.orgId, partly.id);
  await site.tick(26);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 0 });
  expect((await auditOf(site.world, id)).slice(-2)).toEqual(['payment.adopted', 'invoice.paid']);
  await site.tick(50);
  expect(sum(await taken())).toBe(5_000n);
  expect(sum(await partly.taken())).toBe(900n);
  expect(await invoiceOf(site.world, partly.id)).toMatchObject({ status: 'paid', paid: 900, overpaid: 0 });
});

test('D3: money that came for a void invoice is credit of its org whole, flagged, and the invoice stays void', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  const name = await storeOrder(site.world.admin, orgId, 'void', { invoiceId: id });
  expect(await executeStaffCommand(site.world.worker, name)).toMatchObject({ status: 'done' });
  const { id: ref } = site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'EUR');
  const isCredit = async () => {
    expect(await invoiceOf(site.world, id)).toEqual({ status: 'void', paid: 0, due: 0, overpaid: 5_000 });
    expect((await auditOf(site.world, id)).slice(-2)).toEqual(['payment.adopted', 'invoice.overpaid']);
    expect(await creditOf(orgId)).toEqual([{ currency: 'EUR', minor: 5_000 }]);
    await expectBooksHold(site.world);
  };
  await site.tick(0);
  await isCredit();
  await site.tell('evt_1', 'payment_intent.succeeded', ref);
  await handleProviderEvent(site.world.resources, { provider: 'stripe', id: 'evt_1' });
  for (const hour of [24, 48]) await site.tick(hour);
  await isCredit();
  expect(site.stripe.asked).toEqual([]);
});

test('D3: an invoice with a charge on its way is not void before that is known', async () => {
  const { orgId, id } = await site.makeDue('pm_slow');
  await site.tick(0);
  const order = () => storeOrder(site.world.admin, orgId, 'void', { invoiceId: id });
  expect(await executeStaffCommand(site.world.worker, await order())).toMatchObject({ status: 'refused' });
  Object.assign(site.stripe.intents[0] ?? {}, { status: 'succeeded', amount_received: 5_000 });
  await site.tick(1);
  expect(await executeStaffCommand(site.world.worker, await order())).toMatchObject({ status: 'refused' });
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 5_000, due: 0, overpaid: 0 });
});

/** By the ledger. */
async function creditOf(orgId: string) {
  const { rows } = await site.world.admin.query<{ currency: string; minor: number }>(
    "select currency, -sum(amount_minor)::int as minor from billing_ledger where org_id = $1 and account = 'credit' group by 1",
    [orgId],
  );
  return rows;
}

function sum(all: readonly bigint[]) {
  return all.reduce((total, minor) => total + minor, 0n);
}

test('X9: a charge that was listed long ago and is in no window any more is taken when the invoice would be collected', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card');
  await site.tick(0);
  await restoreBefore(orgId, id);
  const { id: ref, created } = site.stripe.intents[0] ?? { id: '', created: 0 };
  await site.world.admin.query(
    `insert into provider_charge (provider, ref, org_id, invoice_id, provider_key, amount_minor, currency, status, charged_at, seen_at)
     values ('stripe', $1, $2, $3, $4, 5000, 'EUR', 'succeeded', to_timestamp($5), now())`,
    [ref, orgId, id, `pay:${id}:1`, created],
  );
  await site.world.tick(hours(24 * 30), ['collection']);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000, overpaid: 0 });
  expect(site.stripe.asked).toHaveLength(1);
  expect(await taken()).toEqual([5_000n]);
});

/** As a backup from before the payments would have it; the ledger's rows go with them. */
async function restoreBefore(orgId: string, id: string) {
  await site.world.admin.query(`set session_replication_role = replica;
    delete from provider_watermark; delete from provider_charge where invoice_id = '${id}';
    delete from payment where invoice_id = '${id}'; delete from billing_ledger where invoice_id = '${id}' and fact = 'paid';
    update invoice set status = 'open', paid_minor = 0, due_minor = total_minor, paid_at = null where id = '${id}' and org_id = '${orgId}';
    set session_replication_role = origin`);
}

test('M8: what differs is a finding, audited once, and blocks a new charge of that invoice', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card');
  site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'USD');
  site.stripe.payByHand({ org: orgId, invoice: 'inv_nobody' }, 100, 'EUR');
  for (const hour of [0, 1, 24]) await site.tick(hour);
  const { rows } = await site.world.admin.query('select distinct detail from invariant_finding where invariant = $1', [
    'M8',
  ]);
  expect(rows).toEqual([{ detail: 'missing_in_books' }]);
  const audited = await site.world.admin.query(`select subject from audit_log where action = 'provider.mismatch'`);
  expect(audited.rowCount).toBe(2);
  expect(await taken()).toEqual([5_000n]);
  expect(site.stripe.asked).toEqual([]);
  // Its view lists what the finding says; the books themselves are whole.
  await site.world.admin.query('delete from provider_charge');
});

test('X11: a part that was captured is a part payment, and the rest is collected; a refund books what went back', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card');
  site.stripe.fail({ kind: 'capture-part', amount: 3_000 });
  await site.tick(0);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'open', paid: 3_000, due: 2_000 });
  await site.tick(1);
  expect(await invoiceOf(site.world, id)).toMatchObject({ due: 2_000 });
  await site.tick(24);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
  expect(await taken()).toEqual([2_000n, 3_000n]);
  await site.world.admin.query(
    `insert into refund (org_id, invoice_id, ref, payment_ref, amount_minor, currency, at, status, paid_to, provider_key)
     values ($1, $2, 'r-1', 'attempt-1', 1200, 'EUR', $3, 'pending', 'cash', 'refund:r-1')`,
    [orgId, id, hours(1)],
  );
  const name = { orgId, invoiceId: id, ref: 'r-1' };
  const staff = { actorType: 'staff', actor: 'ann' } as const;
  expect(
    await Promise.all([
      settleRefund(site.world.resources, name, staff),
      settleRefund(site.world.resources, name, staff),
    ]),
  ).toEqual(['succeeded', 'succeeded']);
  expect(site.stripe.intents.map(({ latest_charge: charge }) => charge?.amount_refunded)).toEqual([1_200, 0]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_000 });
});

test('X11: what is refunded or disputed at the provider without us is a finding, and the books hold', async () => {
  const [refunded, disputed] = [await site.makeDue('pm_card'), await site.makeDue('pm_card')];
  await site.tick(0);
  for (const intent of site.stripe.intents) {
    if (intent.metadata['invoice'] === refunded.id) site.stripe.refundByHand(intent.id, 700);
    else if (intent.latest_charge) intent.latest_charge.disputed = true;
  }
  await site.tick(24);
  await site.tick(48);
  const { rows } = await site.world.admin.query(
    `select org_id, detail->>'problem' as problem from audit_log where action = 'provider.mismatch' order by 2`,
  );
  expect(rows).toEqual([
    { org_id: disputed.orgId, problem: 'disputed' },
    { org_id: refunded.orgId, problem: 'refunded_at_provider' },
  ]);
  expect(await invoiceOf(site.world, refunded.id)).toMatchObject({ status: 'paid', paid: 5_000 });
});

test('a refund of what went back at the provider already is booked and not sent; what is above it is sent', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  const { admin, worker, resources } = site.world;
  site.stripe.refundByHand(site.stripe.intents[0]?.id ?? '', 700);
  await site.tick(24);
  const refund = () => storeOrder(admin, orgId, 'refund', { invoiceId: id, amountMinor: '600' });
  for (const name of [await refund(), await refund()]) {
    await executeStaffCommand(worker, name);
    await settleStaffCommand(resources, name);
  }
  expect(site.stripe.intents.map(({ latest_charge: charge }) => charge?.amount_refunded)).toEqual([1_200]);
  const made =
    'select amount_minor::int as minor, status, provider_key is not null as sent from refund order by at, ref';
  expect((await admin.query(made)).rows).toEqual(
    expect.arrayContaining([
      { minor: 600, status: 'succeeded', sent: false },
      { minor: 100, status: 'succeeded', sent: false },
      { minor: 500, status: 'succeeded', sent: true },
    ]),
  );
  await site.tick(48);
  const found = await admin.query("select slot from invariant_finding where invariant = 'M8'");
  expect(found.rows).toEqual([{ slot: hours(24).slice(0, 13) }]);
});

test('money in another currency blocks the invoice until it has gone back at the provider; then it is collected', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  const { id: ref } = site.stripe.payByHand({ org: orgId, invoice: id }, 5_000, 'USD');
  for (const hour of [0, 1, 2]) await site.tick(hour);
  expect((await auditOf(site.world, id)).filter((action) => action === 'collection.waits')).toHaveLength(1);
  site.stripe.refundByHand(ref, 5_000);
  await site.tell('evt_1', 'charge.refunded', ref);
  await handleProviderEvent(site.world.resources, { provider: 'stripe', id: 'evt_1' });
  await site.tick(3);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid' });
  const { rows } = await site.world.admin.query('select 1 from collection_wait');
  expect(rows).toEqual([]);
});

test('X9: a charge that the books lost and that is still on its way holds the slot back; what becomes of it counts', async () => {
  const [one, other] = [await site.makeDue('pm_slow'), await site.makeDue('pm_slow')];
  await site.tick(0);
  const intentOf = (id: string) => site.stripe.intents.find(({ metadata }) => metadata['invoice'] === id) ?? {};
  for (const { orgId, id } of [one, other]) await restoreBefore(orgId, id);
  for (const hour of [24, 25]) await site.tick(hour);
  expect(site.stripe.asked).toHaveLength(2);
  for (const { id } of [one, other]) {
    expect(await paymentsOf(site.world, id)).toEqual([]);
    expect((await auditOf(site.world, id)).filter((action) => action === 'collection.waits')).toHaveLength(1);
  }
  Object.assign(intentOf(one.id), { status: 'succeeded', amount_received: 5_000 });
  Object.assign(intentOf(other.id), { status: 'requires_payment_method' });
  await site.tick(26);
  expect((await auditOf(site.world, one.id)).slice(-2)).toEqual(['payment.adopted', 'invoice.paid']);
  expect(await paymentsOf(site.world, other.id)).toMatchObject([{ status: 'unknown' }]);
  expect(site.stripe.asked.slice(2)).toEqual([`pay:${other.id}:1`]);
  Object.assign(site.stripe.intents.at(-1) ?? {}, { status: 'succeeded', amount_received: 5_000 });
  await site.tick(27);
  expect([await one.taken(), await other.taken()]).toEqual([[5_000n], [5_000n]]);
  const { rows } = await site.world.admin.query('select 1 from collection_wait');
  expect(rows).toEqual([]);
});

test('a lost charge in another currency ends the attempt unsent: nobody is told of a failure, the invoice waits, and it is a finding', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  const { id: ref } = site.stripe.payByHand({ org: orgId, invoice: id, key: `pay:${id}:7` }, 5_000, 'USD');
  site.stripe.isListAway = true;
  await site.world.tick(hours(0), ['asking', 'collection', 'notices']);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'failed', code: 'charged_before' }]);
  expect(await auditOf(site.world, id)).toEqual(['payment.attempted', 'payment.failed', 'collection.waits']);
  expect(await caseOf(site.world, id)).toBeUndefined();
  expect(site.world.notices.filter(({ kind }) => kind === 'payment_failed')).toEqual([]);
  site.stripe.isListAway = false;
  for (const hour of [1, 24]) await site.tick(hour);
  const { rows } = await site.world.admin.query(`select subject from audit_log where action = 'provider.mismatch'`);
  expect(rows).toEqual([{ subject: `charge/${ref}` }]);
  expect(site.stripe.asked).toEqual([]);
  site.stripe.refundByHand(ref, 5_000);
  await site.tell('evt_1', 'charge.refunded', ref);
  await site.tick(25);
  expect(site.stripe.asked).toEqual([`pay:${id}:2`]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid' });
});
