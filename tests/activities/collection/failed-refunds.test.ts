import { expect, test } from 'vitest';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { readProviderMismatches } from '#prisma/provider-matches';
import { readInvoices } from '#prisma/read-invoice';
import type { FakeRefund } from '#tests/payments/fake-refunds';
import { providersOf } from '#tests/payments/fake-stripe';
import { storeOrder } from './orders.ts';
import { useStripe } from './stripe-site.ts';
import { auditOf, invoiceOf } from './world.ts';

const site = useStripe();

async function refund(orgId: string, invoiceId: string, amountMinor: number) {
  const { admin, worker } = site.world;
  const resources = { ...site.world.resources, providers: providersOf(site.stripe, 20_000) };
  const name = await storeOrder(admin, orgId, 'refund', { invoiceId, amountMinor: String(amountMinor) });
  await executeStaffCommand(worker, name);
  await settleStaffCommand(resources, name);
}

/** What a webhook leaves, handled so often at once. */
async function tell(id: string, type: string, { payment_intent: intent }: FakeRefund, times = 1) {
  await site.tell(id, type, intent.id);
  const name = { provider: 'stripe', id };
  await Promise.all(Array.from({ length: times }, () => handleProviderEvent(site.world.resources, name)));
}

/** An invoice that was paid in the first hour, and refunded in part. */
async function makeRefunded(amountMinor = 1_500) {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  await refund(orgId, id, amountMinor);
  const [made] = site.stripe.refunds;
  if (!made) throw new Error('nothing went back');
  return { orgId, id, made };
}

/** Its bank sends it back. Whether the charge counts it as refunded from then on is not promised. */
function fail(made: FakeRefund) {
  Object.assign(made, { status: 'failed', failure_reason: 'expired_or_canceled_card' });
}

async function bookedOf(id: string) {
  const { admin } = site.world;
  const { rows } = await admin.query<{ fact: string; account: string; minor: number }>(
    `select fact, account, amount_minor::int as minor from billing_ledger where invoice_id = $1 and fact like 'refund%'
     order by reversal_of nulls first, entry`,
    [id],
  );
  return rows.map(({ fact, account, minor }) => `${fact} ${account} ${minor}`);
}

async function standOf(id: string) {
  const [invoice] = await readInvoices(site.world.admin, id, undefined);
  const { rows } = await site.world.admin.query<{ problem: string; subject: string; refund: string }>(
    `select detail->>'problem' as problem, detail->>'refundRef' as refund from audit_log where action = 'provider.mismatch' order by seq`,
  );
  return {
    refunds: invoice?.refunds.map(({ status, amount }) => `${amount} ${status}`).toSorted(),
    refunded: invoice?.refunded,
    booked: await bookedOf(id),
    failed: (await auditOf(site.world, id)).filter((action) => action === 'refund.failed').length,
    findings: rows,
  };
}

/** What `books -- match` says, ours and theirs. */
async function matched(orgId: string) {
  const found = await readProviderMismatches(site.world.admin, [orgId]);
  return found.map(({ problem, ours, theirs }) => [problem, ours[0]?.amountMinor, theirs[0]?.amountMinor].join(' '));
}

const takenBack = (made: FakeRefund) => ({
  refunds: ['1500 failed expired_or_canceled_card'],
  refunded: '0',
  booked: ['refunded revenue 1500', 'refunded cash -1500', 'refund_failed revenue -1500', 'refund_failed cash 1500'],
  failed: 1,
  findings: [{ problem: 'refund_failed', refund: made.id }],
});

test('a refund that fails after it was made is taken back once, whatever tells of it, how often and in which order', async () => {
  const { orgId, id, made } = await makeRefunded();
  await tell('evt_1', 'refund.created', made);
  fail(made);
  await tell('evt_3', 'refund.failed', made, 4);
  await tell('evt_2', 'refund.updated', made, 2);
  await tell('evt_4', 'charge.refund.updated', made);
  for (const hour of [24, 48]) await site.tick(hour);
  expect(await standOf(id)).toEqual(takenBack(made));
  expect(await invoiceOf(site.world, id)).toEqual({ status: 'paid', paid: 5_000, due: 0, overpaid: 0 });
  const { rows } = await site.world.admin.query(
    "select sum(minor)::int as minor from metrics_of_ledger(array[$1], array['2026-11-01'::date], 400) where metric = 'invoiced.usage'",
    [orgId],
  );
  expect(rows).toEqual([{ minor: 5_000 }]);
});

test('no webhook came: a refund that failed a month after it was made is found by the daily list', async () => {
  const { id, made } = await makeRefunded();
  for (const day of [1, 15, 29]) await site.tick(24 * day);
  fail(made);
  for (const day of [30, 31]) await site.tick(24 * day);
  expect(await standOf(id)).toEqual(takenBack(made));
});

test('what failed is ordered again and sent, also where the charge still counts it as refunded', async () => {
  const { orgId, id, made } = await makeRefunded();
  fail(made);
  await tell('evt_1', 'refund.failed', made);
  await refund(orgId, id, 1_500);
  for (const hour of [24, 48]) await site.tick(hour);
  expect(site.stripe.refunds.map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  expect(await standOf(id)).toMatchObject({
    refunds: ['1500 failed expired_or_canceled_card', '1500 succeeded'],
    refunded: '1500',
    findings: [{ problem: 'refund_failed' }],
  });
});

test('one that fails before the books have it as made is booked and taken back, and so it is when its answer comes after the webhook', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  const answer = site.stripe.hold('POST /v1/refunds');
  const ordered = refund(orgId, id, 1_500);
  await answer.made;
  const [made] = site.stripe.refunds;
  if (!made) throw new Error('nothing went back');
  fail(made);
  await tell('evt_1', 'refund.failed', made);
  answer.release();
  await ordered;
  expect(await standOf(id)).toEqual(takenBack(made));
});

test('what somebody refunded at the provider, and was booked by an order, is taken back as well', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  const made = site.stripe.refundByHand(site.stripe.intents[0]?.id ?? '', 1_500);
  await tell('evt_1', 'refund.created', made);
  await refund(orgId, id, 1_500);
  expect(await standOf(id)).toMatchObject({ refunds: ['1500 succeeded'], findings: [] });
  fail(made);
  await tell('evt_2', 'refund.failed', made, 2);
  for (const hour of [24, 48]) await site.tick(hour);
  expect(await standOf(id)).toEqual(takenBack(made));
});

test('a lost dispute takes what a refund that failed had left of its payment', async () => {
  const { id, made } = await makeRefunded();
  await site.tell(
    'evt_1',
    'charge.dispute.closed',
    site.stripe.dispute(made.payment_intent.id, { status: 'lost' }).payment_intent.id,
  );
  await handleProviderEvent(site.world.resources, { provider: 'stripe', id: 'evt_1' });
  expect(await invoiceOf(site.world, id)).toMatchObject({ paid: 1_500, due: 3_500 });
  fail(made);
  await tell('evt_2', 'refund.failed', made);
  await site.tick(1);
  expect(await invoiceOf(site.world, id)).toMatchObject({ paid: 0, due: 5_000 });
});

test('what somebody refunded at the provider of an old charge is found by the daily list, and each time that more of it went back', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  const ref = site.stripe.intents[0]?.id ?? '';
  const problems = async () =>
    (
      await site.world.admin.query(
        `select org_id, subject, detail->>'problem' as problem, detail->>'amountMinor' as minor from audit_log where action = 'provider.mismatch' order by seq`,
      )
    ).rows;
  for (const day of [1, 60]) await site.tick(24 * day);
  site.stripe.refundByHand(ref, 700);
  for (const day of [61, 62]) await site.tick(24 * day);
  const found = { org_id: orgId, subject: `charge/${ref}`, problem: 'refunded_at_provider' };
  expect(await problems()).toEqual([{ ...found, minor: '700' }]);
  await refund(orgId, id, 700);
  site.stripe.refundByHand(ref, 200);
  for (const day of [63, 64]) await site.tick(24 * day);
  expect(await problems()).toEqual([
    { ...found, minor: '700' },
    { ...found, minor: '200' },
  ]);
  expect(await standOf(id)).toMatchObject({ refunds: ['700 succeeded'], refunded: '700' });
});

test('a refund that the books have as made and its provider does not have is a finding, and told by the match', async () => {
  const { orgId, made } = await makeRefunded();
  site.stripe.forgetRefund(made.id);
  await site.world.admin.query('delete from provider_refund');
  for (const hour of [24, 48]) await site.tick(hour);
  const { rows } = await site.world.admin.query(
    `select org_id, subject, detail->>'problem' as problem, detail->>'amountMinor' as minor from audit_log where action = 'provider.mismatch'`,
  );
  expect(rows).toEqual([
    {
      org_id: orgId,
      subject: `charge/${made.payment_intent.id}`,
      problem: 'refund_missing_at_provider',
      minor: '1500',
    },
  ]);
  expect(await matched(orgId)).toEqual(['refund_missing_at_provider 1500 0']);
});

test('the match tells what went back at the provider without us, and nothing of what was sent since its list was read', async () => {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  const made = site.stripe.refundByHand(site.stripe.intents[0]?.id ?? '', 700);
  await site.tick(24);
  expect(await matched(orgId)).toEqual(['refunded_at_provider 0 700']);
  await refund(orgId, id, 1_000);
  expect(await matched(orgId)).toEqual([]);
  fail(made);
  await site.tick(48);
  expect(await matched(orgId)).toEqual([]);
});
