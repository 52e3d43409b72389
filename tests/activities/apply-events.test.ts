import { expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import type { EventRef } from '#domain/ids';
import type { EventOutcome } from '#domain/outcomes';
import { useBooks } from '../support/books.ts';
import { acceptAll, acceptRaw, makeOrg, type Told } from '../support/events.ts';
import { expectInvariants } from '../support/invariants.ts';

const { admin, worker } = await useBooks();

async function apply(refs: readonly EventRef[]): Promise<EventOutcome['outcome'][]> {
  const outcomes = await applyEvents(worker, refs, 'event:test');
  return outcomes.map(({ outcome }) => outcome);
}

async function accept(told: readonly Told[]) {
  const org = await makeOrg(admin);
  return { org, refs: await acceptAll(admin, org, told) };
}

async function read(sql: string, org: string) {
  const { rows } = await admin.query<Record<string, unknown>>(sql, [org]);
  return rows;
}

test('E5 E6: an event of every type is applied once, with one Activity and one audit entry', async () => {
  const { org, refs } = await accept([
    { type: 'lead.created', at: 0 },
    { type: 'lead.converted', at: 1 },
    { type: 'subscription.created', at: 0 },
    { type: 'subscription.updated', at: 1 },
    { type: 'subscription.canceled', at: 2 },
    { type: 'usage.reported' },
    { type: 'addon.purchased', at: 0 },
    { type: 'addon.refunded', at: 1 },
    { type: 'incident.opened', at: 0 },
    { type: 'incident.escalated', at: 1 },
    { type: 'incident.resolved', at: 2 },
    { type: 'invoice.issued', at: 0 },
    { type: 'invoice.payment_failed', at: 1 },
    { type: 'invoice.paid', at: 2 },
    { type: 'invoice.refunded', at: 3 },
    { type: 'ai.used' },
    { type: 'ai.credits_purchased' },
    { type: 'evaluation.completed' },
  ]);
  expect(await apply(refs)).toEqual(refs.map(() => 'applied'));
  expect(await apply(refs)).toEqual(refs.map(() => 'applied'));
  expect(await read('select count(*)::int as n from activity where org_id = $1', org)).toEqual([{ n: refs.length }]);
  expect(await read('select count(*)::int as n from audit_log where org_id = $1', org)).toEqual([{ n: refs.length }]);
  expect(await read('select status, fee_minor::int, version from lead where org_id = $1', org)).toEqual([
    { status: 'converted', fee_minor: 15_000, version: 2 },
  ]);
  expect(await read('select status, plan, mrr_minor::int as mrr from subscription where org_id = $1', org)).toEqual([
    { status: 'canceled', plan: 'business', mrr: 0 },
  ]);
  expect(
    await read('select mrr_minor::int as mrr from subscription_change where org_id = $1 order by changed_at', org),
  ).toEqual([{ mrr: 9_900 }, { mrr: 19_900 }, { mrr: 0 }]);
  expect(await read('select status, paid_minor::int, refunded_minor::int from invoice where org_id = $1', org)).toEqual(
    [{ status: 'paid', paid_minor: 9_900, refunded_minor: 900 }],
  );
  expect(await read('select status, refunded_minor::int from addon_purchase where org_id = $1', org)).toEqual([
    { status: 'partly_refunded', refunded_minor: 1_000 },
  ]);
  await expectInvariants(admin);
});

test('E4: fifty runs of one event at once change the books once', async () => {
  const { org, refs } = await accept([{ type: 'addon.purchased' }]);
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => apply(refs)));
  expect(outcomes.flat()).toEqual(Array.from({ length: 50 }, () => 'applied'));
  expect(await read('select version from addon_purchase where org_id = $1', org)).toEqual([{ version: 1 }]);
  await expectInvariants(admin);
});

test('the first events of one thing, applied by two runs at once, both count', async () => {
  const { org, refs } = await accept(
    Array.from({ length: 20 }, (_, at) => ({
      type: 'invoice.paid',
      at,
      data: { invoiceId: 'I', paymentId: `P-${at}`, amountMinor: 100, currency: 'EUR' },
    })),
  );
  await Promise.all(refs.map((ref) => apply([ref])));
  expect(await read('select paid_minor::int, version from invoice where org_id = $1', org)).toEqual([
    { paid_minor: 2_000, version: 20 },
  ]);
  await expectInvariants(admin);
});

test('D4 O1: all 720 orders of a six-event history give one state', async () => {
  const told: Told[] = [
    {
      type: 'invoice.issued',
      at: 10,
      data: { invoiceId: 'I', stream: 'usage', amountMinor: 1_000, currency: 'EUR', dueAt: '2026-02-01T00:00:00Z' },
    },
    { type: 'invoice.paid', at: 20, data: { invoiceId: 'I', paymentId: 'A', amountMinor: 400, currency: 'EUR' } },
    { type: 'invoice.refunded', at: 25, data: { invoiceId: 'I', refundId: 'R', amountMinor: 500, currency: 'EUR' } },
    {
      type: 'invoice.refunded',
      at: 30,
      data: { invoiceId: 'I', refundId: 'S', paymentId: 'A', amountMinor: 300, currency: 'EUR' },
    },
    { type: 'invoice.paid', at: 15, data: { invoiceId: 'I', paymentId: 'B', amountMinor: 50, currency: 'EUR' } },
    { type: 'invoice.paid', at: 40, data: { invoiceId: 'I', paymentId: 'C', amountMinor: 600, currency: 'USD' } },
  ];
  const history = told.map((one, index) => ({ ...one, eventId: `evt_${index}` }));
  const orders = permutations([0, 1, 2, 3, 4, 5]);
  const orgs = await Promise.all(orders.map((order) => makeOrg(admin, `order-${order.join('')}`)));
  const refs = await Promise.all(orgs.map((org) => acceptAll(admin, org, history)));
  for (let round = 0; round < history.length; round++) {
    await apply(orders.flatMap((order, which) => refs[which]?.[order[round] ?? 0] ?? []));
  }
  const states =
    await admin.query(`select distinct status, total_minor::int as total, paid_minor::int as paid, due_minor::int as due,
    refunded_minor::int as refunded, version from invoice where org_id like 'order-%'`);
  expect(states.rows).toEqual([{ status: 'open', total: 1_000, paid: 450, due: 550, refunded: 300, version: 4 }]);
  const verdicts =
    await admin.query(`select event_id, rejection_code as code, count(*)::int as n from event_verdict where org_id like 'order-%'
    and status = 'rejected' group by 1, 2 order by 1`);
  expect(verdicts.rows).toEqual([
    { event_id: 'evt_2', code: 'refund_exceeds_paid', n: 720 },
    { event_id: 'evt_5', code: 'currency_mismatch', n: 720 },
  ]);
  await expectInvariants(admin);
});

test('a refund before its payment is rejected, and applied after all when an earlier payment arrives', async () => {
  const { org, refs } = await accept([
    { type: 'invoice.refunded', at: 20, data: { invoiceId: 'I', refundId: 'R', amountMinor: 100, currency: 'EUR' } },
    { type: 'invoice.paid', at: 10, data: { invoiceId: 'I', paymentId: 'A', amountMinor: 400, currency: 'EUR' } },
  ]);
  expect(await apply(refs.slice(0, 1))).toEqual(['rejected']);
  expect(await read('select count(*)::int as n from invoice where org_id = $1', org)).toEqual([{ n: 0 }]);
  expect(await apply(refs.slice(1))).toEqual(['applied']);
  expect(
    await read('select status, verdicts from event_verdict where org_id = $1 order by verdicts desc', org),
  ).toEqual([
    { status: 'applied', verdicts: 2 },
    { status: 'applied', verdicts: 1 },
  ]);
  await expectInvariants(admin);
});

test('an earlier event that takes a verdict back removes its Activity and its row', async () => {
  const { org, refs } = await accept([
    { type: 'invoice.paid', at: 20, data: { invoiceId: 'I', paymentId: 'A', amountMinor: 400, currency: 'USD' } },
    {
      type: 'invoice.issued',
      at: 10,
      data: { invoiceId: 'I', stream: 'usage', amountMinor: 400, currency: 'EUR', dueAt: '2026-02-01T00:00:00Z' },
    },
  ]);
  expect(await apply(refs.slice(0, 1))).toEqual(['applied']);
  expect(await apply(refs.slice(1))).toEqual(['applied']);
  expect(await apply(refs)).toEqual(['rejected', 'applied']);
  expect(await read('select currency, paid_minor::int as paid from invoice where org_id = $1', org)).toEqual([
    { currency: 'EUR', paid: 0 },
  ]);
  expect(await read('select count(*)::int as n from payment where org_id = $1', org)).toEqual([{ n: 0 }]);
  await expectInvariants(admin);
});

test('equal ids of two tenants in one set stay apart', async () => {
  const [one, other] = await Promise.all([accept([{ type: 'lead.created' }]), accept([{ type: 'lead.converted' }])]);
  expect(await apply([...one.refs, ...other.refs])).toEqual(['applied', 'applied']);
  expect(await read('select status, source from lead where org_id = $1', one.org)).toEqual([
    { status: 'new', source: 'web' },
  ]);
  expect(await read('select status, source from lead where org_id = $1', other.org)).toEqual([
    { status: 'converted', source: null },
  ]);
});

test('in a set an event that cannot be read is isolated and the rest is applied', async () => {
  const { org, refs } = await accept([{ type: 'lead.created' }, { type: 'ai.used' }, { type: 'addon.purchased' }]);
  const unreadable = await acceptRaw(admin, org, 'lead.teleported', '{"type":"lead.teleported"}');
  expect(await apply([...refs.slice(0, 2), unreadable, ...refs.slice(2)])).toEqual([
    'applied',
    'applied',
    'isolated',
    'applied',
  ]);
  expect(await read('select isolated_at is not null as isolated from event_pending where org_id = $1', org)).toEqual([
    { isolated: true },
  ]);
  await expect(apply([unreadable])).rejects.toThrow('unsupported type');
  expect(await read('select count(*)::int as n from event_verdict where org_id = $1', org)).toEqual([{ n: 3 }]);
  await admin.query(
    "set session_replication_role = replica; delete from event_pending where org_id = '" +
      org +
      "'; set session_replication_role = origin",
  );
});

test('an event of another tenant is unknown to a set that does not name that tenant', async () => {
  const { refs } = await accept([{ type: 'lead.created' }]);
  const stranger = await makeOrg(admin);
  expect(await apply(refs.map((ref) => ({ ...ref, tenantId: stranger })))).toEqual(['unknown']);
  expect(await apply(refs)).toEqual(['applied']);
});

test('the years 0000 and 9999 are kept as they are', async () => {
  const org = await makeOrg(admin);
  const refs = await acceptAll(admin, org, [
    {
      type: 'subscription.created',
      data: {
        subscriptionId: 'S',
        plan: 'p',
        status: 'trialing',
        priceMinor: 1,
        currency: 'JPY',
        interval: 'year',
        trialEndsAt: '0000-01-01T00:00:00+14:00',
        renewsAt: '9999-12-31T23:59:59.9999-14:00',
      },
    },
  ]);
  expect(await apply(refs)).toEqual(['applied']);
  expect(
    await read('select trial_ends_at::text as began, renews_at::text as ends from subscription where org_id = $1', org),
  ).toMatchObject([
    {
      began: expect.stringMatching(/^0002-12-31 10:00:00.*BC$/),
      ends: expect.stringMatching(/^10000-01-01 13:59:59\.999/),
    },
  ]);
});

test('D7 P21: an amount over what the books can hold is rejected, not an error', async () => {
  const { refs } = await accept([
    {
      type: 'subscription.created',
      data: {
        subscriptionId: 'S',
        plan: 'p',
        status: 'active',
        priceMinor: Number.MAX_SAFE_INTEGER,
        currency: 'EUR',
        interval: 'month',
        quantity: Number.MAX_SAFE_INTEGER,
      },
    },
  ]);
  expect(await apply(refs)).toEqual(['rejected']);
  await expectInvariants(admin);
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
