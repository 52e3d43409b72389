import { expect, test } from 'vitest';
import { handleProviderEvent } from '#activities/collection/provider-event';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { readProviderMismatches } from '#prisma/provider-matches';
import { providersOf } from '#tests/payments/fake-stripe';
import { outcomeOf, storeOrder } from './orders.ts';
import { start, useStripe } from './stripe-site.ts';
import { auditOf } from './world.ts';

const site = useStripe();

/** At the clock of the site, done and settled. */
async function order(orgId: string, kind: string, body: object) {
  const { admin, worker } = site.world;
  const resources = { ...site.world.resources, providers: providersOf(site.stripe, 20_000) };
  const name = await storeOrder(admin, orgId, kind, body, new Date(site.stripe.now));
  await executeStaffCommand(worker, name);
  await settleStaffCommand(resources, name);
  return outcomeOf(admin, name);
}

const refund = (orgId: string, invoiceId: string, minor: number) =>
  order(orgId, 'refund', { invoiceId, amountMinor: String(minor) });
const takeBack = (orgId: string, invoiceId: string) => order(orgId, 'take_back_refunds', { invoiceId });

async function makePaid() {
  const { orgId, id } = await site.makeDue('pm_card');
  await site.tick(0);
  return { orgId, id, charge: site.stripe.intents[0]?.id ?? '' };
}

/** What went back at the provider is not there any more: neither in its answers nor in what was listed before. */
async function lose(id: string) {
  site.stripe.forgetRefund(id);
  await site.world.admin.query('delete from provider_refund where ref = $1', [id]);
}

async function standOf(id: string) {
  const { rows } = await site.world.admin.query<{ stand: object }>(
    `select json_build_object('refunded', i.refunded_minor, 'version', i.version,
        'refunds', (select json_agg(concat_ws(' ', r.amount_minor, r.status, r.code) order by r.amount_minor desc, r.at, r.ref) from refund r where r.invoice_id = i.id),
        'booked', (select json_agg(concat_ws(' ', fact, account, amount_minor) order by at, transaction_id, entry) from billing_ledger
          where invoice_id = i.id and fact like 'refund%')) as stand
      from invoice i where i.id = $1`,
    [id],
  );
  return rows[0]?.stand;
}

async function problems() {
  const { rows } = await site.world.admin.query<{ told: string }>(
    "select concat_ws(' ', detail->>'problem', detail->>'amountMinor') as told from audit_log where action = 'provider.mismatch' order by seq",
  );
  return rows.map(({ told }) => told);
}

async function matched(orgId: string) {
  const found = await readProviderMismatches(site.world.admin, [orgId]);
  return found.map(({ problem, ours, theirs }) => {
    const minor = (side: typeof ours) => side.map(({ amountMinor }) => Number(amountMinor));
    return [problem, minor(ours), minor(theirs)];
  });
}

test('a refund that the books have as made and its provider never made is taken back by an order, once, and can be ordered again', async () => {
  const { orgId, id } = await makePaid();
  await refund(orgId, id, 1_500);
  await lose(site.stripe.refunds[0]?.id ?? '');
  expect(await takeBack(orgId, id), 'before its provider was asked').toBe('refunds_stand');
  await site.tick(24);
  expect(await problems()).toEqual(['refund_missing_at_provider 1500']);
  expect(await matched(orgId)).toEqual([['refund_missing_at_provider', [1_500], [0]]]);
  const { version } = Object(await standOf(id));
  const both = await Promise.all([takeBack(orgId, id), takeBack(orgId, id)]);
  expect(both.toSorted()).toEqual(['done', 'refunds_stand']);
  expect(await standOf(id)).toEqual({
    refunded: 0,
    version: version + 1,
    refunds: ['1500 failed not_at_provider'],
    booked: ['refunded revenue 1500', 'refunded cash -1500', 'refund_failed revenue -1500', 'refund_failed cash 1500'],
  });
  expect((await auditOf(site.world, id)).filter((action) => action === 'refund.failed')).toHaveLength(1);
  await site.tick(48);
  expect(await problems()).toHaveLength(1);
  expect(await matched(orgId)).toEqual([]);
  expect(await refund(orgId, id, 1_500)).toBe('done');
  expect(site.stripe.refunds).toHaveLength(1);
  await site.tick(72);
  expect(await matched(orgId)).toEqual([]);
  expect(await standOf(id)).toMatchObject({
    refunded: 1_500,
    refunds: ['1500 failed not_at_provider', '1500 succeeded'],
  });
});

test('a refund that its provider has is not taken back, also where it was missing once', async () => {
  const { orgId, id, charge } = await makePaid();
  await refund(orgId, id, 1_500);
  await lose(site.stripe.refunds[0]?.id ?? '');
  await site.tick(24);
  site.stripe.refundByHand(charge, 1_500);
  await site.tell('evt_1', 'refund.created', charge);
  await handleProviderEvent(site.world.resources, { provider: 'stripe', id: 'evt_1' });
  expect(await takeBack(orgId, id)).toBe('refunds_stand');
  expect(await standOf(id)).toMatchObject({ refunded: 1_500, refunds: ['1500 succeeded'] });
});

test('of two refunds only that which its provider lacks is taken back, and one that was made since the provider was asked stands', async () => {
  const { orgId, id } = await makePaid();
  await refund(orgId, id, 1_000);
  const first = site.stripe.refunds[0]?.id ?? '';
  await refund(orgId, id, 700);
  await lose(first);
  await site.tick(24);
  site.stripe.now = start + 25 * 3_600_000;
  await refund(orgId, id, 300);
  expect(await takeBack(orgId, id)).toBe('done');
  expect(await standOf(id)).toMatchObject({
    refunded: 1_000,
    refunds: ['1000 failed not_at_provider', '700 succeeded', '300 succeeded'],
  });
});

test('what an order booked of two amounts that had gone back, of which one came back, is taken back whole, and what went is booked anew', async () => {
  const { orgId, id, charge } = await makePaid();
  const parts = [1_000, 500].map((minor) => site.stripe.refundByHand(charge, minor));
  await site.tick(24);
  await refund(orgId, id, 1_500);
  Object.assign(parts[1] ?? {}, { status: 'failed', failure_reason: 'expired_or_canceled_card' });
  await site.tick(48);
  expect(await problems()).toEqual(['refunded_at_provider 1500', 'refund_missing_at_provider 500']);
  expect(await takeBack(orgId, id)).toBe('done');
  expect(await standOf(id)).toMatchObject({ refunded: 0, refunds: ['1500 failed not_at_provider'] });
  await site.tick(72);
  expect(await matched(orgId)).toEqual([['refunded_at_provider', [0], [1_000]]]);
  expect(await refund(orgId, id, 1_000)).toBe('done');
  expect(site.stripe.refunds).toHaveLength(2);
  expect(await standOf(id)).toMatchObject({ refunded: 1_000 });
});
