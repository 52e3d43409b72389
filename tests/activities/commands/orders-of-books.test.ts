import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { schedulePhase } from '#activities/commands/schedule';
import { acceptUsage, type Told } from '../../support/events.ts';
import { books, openCommandSite, type CommandSite } from './command-site.ts';
import { createCustomers, dayMs, minuteOf, now, purchase, subscription } from './customer.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
});

afterAll(() => site.close());

const { tell, rate, makeCustomer, expectBooksHold, stateOf, linesOf } = createCustomers(() => site);

test('a change of plan is prorated as it was shown, once, and stands beside what the tenant tells later', async () => {
  const org = await makeCustomer([subscription]);
  const body = { subscriptionId: 's', plan: 'team', priceMinor: 20_000, when: 'now', versionSeen: 1 };
  expect(await site.give(org, 'change_plan', { ...body, netSeen: '1' })).toMatchObject({
    result: { refused: 'changed_meanwhile' },
  });
  const before = await linesOf(org);
  const id = await site.order(org, 'change_plan', body);
  const given = await Promise.all(Array.from({ length: 5 }, () => site.execute(org, id)));
  expect(given[0]).toMatchObject({ status: 'done', result: { subscriptionId: 's', isRated: true } });
  const added = (await linesOf(org)).slice(before.length);
  expect(added).toHaveLength(2);
  expect(String(added.reduce((sum, { minor }) => sum + Number(minor), 0))).toBe(given[0]?.result['netMinor']);
  expect(await stateOf(org)).toEqual({ status: 'active', plan: 'team', price: 20_000, mrr: 20_000, version: 2 });
  // An event that occurred before the order comes after it: the order still stands on top.
  await tell(org, [
    {
      type: 'subscription.updated',
      at: minuteOf(now - dayMs),
      data: { subscriptionId: 's', plan: 'old', quantity: 2 },
    },
  ]);
  expect(await stateOf(org)).toEqual({ status: 'active', plan: 'team', price: 20_000, mrr: 40_000, version: 3 });
  await rate(org, Date.now());
  expect(await site.read("select count(*)::int as n from event where org_id = $1 and key_id = 'staff'", [org])).toEqual(
    [{ n: 1 }],
  );
  expect(
    await site.read("select action, actor from audit_log where org_id = $1 and actor_type = 'staff' order by seq", [
      org,
    ]),
  ).toEqual([
    { action: 'command.change_plan', actor: 'ada' },
    { action: 'command.change_plan', actor: 'ada' },
  ]);
  await expectBooksHold(org);
});

test('what is ordered for the renewal happens at its instant, once, also when who ordered it has left, and a later order takes its place', async () => {
  const org = await makeCustomer([subscription]);
  await site.give(org, 'change_plan', { subscriptionId: 's', priceMinor: 3_000, when: 'renewal' });
  const end = await site.give(org, 'cancel_subscription', { subscriptionId: 's', when: 'renewal' });
  expect(end).toMatchObject({ status: 'done', result: { withdrawn: 1 } });
  expect(await stateOf(org)).toMatchObject({ status: 'active', price: 10_000 });
  const dueAt = Date.parse(String(end.result['effectiveAt']));
  const phase = schedulePhase(site.worker);
  const slot = (at: number) => ({ slot: 'x', at, isForced: false });
  expect(await phase.due(slot(dueAt - 1), undefined)).toEqual([]);
  const due = (await phase.due(slot(dueAt), undefined)).filter((id) => id.startsWith(org));
  expect(due).toHaveLength(1);
  const setLeft = (left: string) =>
    site.admin.query(`update staff_member set disabled_at = ${left} where email = 'ada'`);
  await setLeft('now()');
  await Promise.all([phase.apply(due, slot(dueAt)), phase.apply(due, slot(dueAt))]);
  await setLeft('null');
  expect(await stateOf(org)).toMatchObject({ status: 'canceled', price: 10_000, mrr: 0 });
  expect(await site.read('select state from subscription_schedule where org_id = $1 order by 1', [org])).toEqual([
    { state: 'told' },
    { state: 'withdrawn' },
  ]);
  expect(await site.read("select actor from audit_log where org_id = $1 and action = 'schedule.told'", [org])).toEqual([
    { actor: 'ada' },
  ]);
  // The period that would have followed is charged and taken back by the same amount.
  const after = await site.read(
    'select sum(amount_minor)::int as minor from invoice_line where org_id = $1 and period_start >= $2',
    [org, new Date(dueAt)],
  );
  expect(after[0]?.['minor'] ?? 0).toBe(0);
});

test('a cancellation ends and credits, and reactivating starts again on the same terms; one that waits is taken back', async () => {
  const org = await makeCustomer([subscription]);
  await site.give(org, 'cancel_subscription', { subscriptionId: 's', when: 'renewal' });
  expect(await site.give(org, 'reactivate_subscription', { subscriptionId: 's' })).toMatchObject({
    result: { withdrawn: 1 },
  });
  expect(await site.give(org, 'cancel_subscription', { subscriptionId: 's', when: 'now' })).toMatchObject({
    status: 'done',
  });
  expect(await stateOf(org)).toMatchObject({ status: 'canceled', mrr: 0 });
  expect(await site.give(org, 'reactivate_subscription', { subscriptionId: 's', versionSeen: 2 })).toMatchObject({
    status: 'done',
  });
  expect(await stateOf(org)).toMatchObject({ status: 'active', plan: 'pro', mrr: 10_000 });
  await expectBooksHold(org);
  expect(
    await site.read('select kind, amount_minor::int as minor from mrr_movement where org_id = $1 order by at', [org]),
  ).toEqual([
    { kind: 'new', minor: 10_000 },
    { kind: 'churn', minor: 10_000 },
    { kind: 'reactivation', minor: 10_000 },
  ]);
});

test('a purchase is refunded in parts, never above what is left, whoever is first', async () => {
  const org = await makeCustomer([purchase]);
  const refunds = await Promise.all(
    Array.from({ length: 4 }, () => site.give(org, 'refund_addon', { purchaseId: 'p', amountMinor: '2000' })),
  );
  expect(refunds.map(({ status }) => status).toSorted()).toEqual(['done', 'done', 'refused', 'refused']);
  expect(await site.give(org, 'refund_addon', { purchaseId: 'p', amountMinor: '1001' })).toMatchObject({
    result: { refused: 'refund_exceeds_left' },
  });
  // A refund of the tenant's own that occurred before has its place first: one of ours no longer fits, and is taken off again.
  await tell(org, [
    { type: 'addon.refunded', at: minuteOf(now - dayMs), data: { purchaseId: 'p', amountMinor: 2_500 } },
  ]);
  expect(
    await site.read('select refunded_minor::int as minor, status from addon_purchase where org_id = $1', [org]),
  ).toEqual([{ minor: 4_500, status: 'partly_refunded' }]);
  await rate(org, Date.now());
  await expectBooksHold(org);
});

test('usage is rated again on demand as the night does, and what is excluded counts for nothing until it is taken in again', async () => {
  const at = new Date(now - 5 * dayMs);
  const row = (id: string, quantity: number) => ({
    meter: 'calls',
    quantity,
    id,
    windowStart: at.toISOString(),
    windowEnd: new Date(at.getTime() + 60_000).toISOString(),
  });
  const org = await makeCustomer([]);
  const ref = await acceptUsage(site.admin, org, [row('a', 600), row('b', 900)], minuteOf(at.getTime()));
  await applyEvents(site.worker, [ref], 'w');
  await rate(org);
  const [period] = await site.read(
    "select to_json(period_start) #>> '{}' as start, booked_minor::int as booked from rated_period where org_id = $1",
    [org],
  );
  expect(period?.['booked']).toBe(12_000);
  const of = { meter: 'calls', periodStart: String(period?.['start']) };
  const dry = await site.give(org, 'rerate', { ...of, isDryRun: true });
  expect(dry).toMatchObject({ status: 'done', result: { bookedMinor: '12000', comesToMinor: '12000', lines: [] } });
  const rows = [{ eventId: ref.eventId, index: 1 }];
  expect(await site.give(org, 'exclude_usage', { ...of, rows })).toMatchObject({
    result: { rows: 1, quantity: '600', bookedMinor: '12000', comesToMinor: '5000', lines: [{ amountMinor: '-7000' }] },
  });
  expect(await site.give(org, 'exclude_usage', { ...of, rows })).toMatchObject({
    result: { refused: 'no_such_usage' },
  });
  await expectBooksHold(org);
  // Told again by the tenant it is still the row that was excluded.
  await applyEvents(site.worker, [await acceptUsage(site.admin, org, [row('b', 900)])], 'w');
  await rate(org, Date.now());
  expect(await site.give(org, 'include_usage', of)).toMatchObject({ result: { rows: 1, comesToMinor: '12000' } });
  await site.admin.query(
    `update plan_price set price = jsonb_set(price, '{freeUnits}', '"0"') where plan_id = 'plan-' || $1`,
    [org],
  );
  const shown = await site.give(org, 'rerate', { ...of, isDryRun: true });
  expect(shown.result).toMatchObject({ bookedMinor: '12000', comesToMinor: '12500', lines: [{ amountMinor: '500' }] });
  expect(await site.read('select sum(amount_minor)::int as minor from invoice_line where org_id = $1', [org])).toEqual([
    { minor: 12_000 },
  ]);
  expect(await site.give(org, 'rerate', { ...of, isDryRun: false, comesToSeen: '1' })).toMatchObject({
    result: { refused: 'changed_meanwhile' },
  });
  expect(await site.give(org, 'rerate', { ...of, isDryRun: false, comesToSeen: '12500' })).toMatchObject({
    status: 'done',
  });
  expect(await site.read('select sum(amount_minor)::int as minor from invoice_line where org_id = $1', [org])).toEqual([
    { minor: 12_500 },
  ]);
  await expectBooksHold(org);
});

test('usage that no price was in force for is rated on demand once there is one', async () => {
  const at = new Date(now - 5 * dayMs);
  const org = await makeCustomer([]);
  const minuteLater = new Date(at.getTime() + 60_000).toISOString();
  await site.admin.query("delete from plan_price where plan_id = 'plan-' || $1", [org]);
  const row = { meter: 'calls', quantity: 600, id: 'a', windowStart: at.toISOString(), windowEnd: minuteLater };
  const ref = await acceptUsage(site.admin, org, [row], minuteOf(at.getTime()));
  await applyEvents(site.worker, [ref], 'w');
  await rate(org);
  const [unrated] = await site.read(
    "select to_json(period_start) #>> '{}' as start, reason from unrated_usage where org_id = $1",
    [org],
  );
  expect(unrated?.['reason']).toBe('no_price');
  const order = { meter: 'calls', periodStart: String(unrated?.['start']), isDryRun: false };
  expect(await site.give(org, 'rerate', order)).toMatchObject({ result: { refused: 'still_unrated' } });
  await site.admin.query(
    `insert into plan_price (plan_id, meter, from_at, price) select 'plan-' || $1, meter, '-infinity', price from plan_price where meter = 'calls' limit 1`,
    [org],
  );
  expect(await site.give(org, 'rerate', order)).toMatchObject({
    status: 'done',
    result: { quantityBefore: '0', bookedMinor: '0', quantity: '600', comesToMinor: '5000' },
  });
  expect(await site.read('select from unrated_usage where org_id = $1', [org])).toEqual([]);
  await expectBooksHold(org);
});

const period = { meter: 'calls', periodStart: '2026-01-01T00:00:00Z' };
const refusals: { kind: Parameters<CommandSite['give']>[1]; body: object; code: string }[] = [
  { kind: 'change_plan', body: { subscriptionId: 'none', plan: 'x', when: 'now' }, code: 'unknown_subscription' },
  { kind: 'change_plan', body: { subscriptionId: 's', when: 'now' }, code: 'malformed' },
  { kind: 'change_plan', body: { subscriptionId: 's', priceMinor: -1, when: 'now' }, code: 'malformed' },
  { kind: 'change_plan', body: { subscriptionId: 's', plan: 'pro', when: 'now' }, code: 'nothing_changes' },
  {
    kind: 'change_plan',
    body: { subscriptionId: 's', plan: 'x', when: 'now', versionSeen: 9 },
    code: 'changed_meanwhile',
  },
  { kind: 'change_plan', body: { subscriptionId: 'ended', plan: 'x', when: 'now' }, code: 'subscription_ended' },
  { kind: 'change_plan', body: { subscriptionId: 'part', plan: 'x', when: 'now' }, code: 'terms_incomplete' },
  { kind: 'cancel_subscription', body: { subscriptionId: 'ended', when: 'now' }, code: 'subscription_ended' },
  { kind: 'cancel_subscription', body: { subscriptionId: 'trial', when: 'renewal' }, code: 'no_renewal' },
  { kind: 'reactivate_subscription', body: { subscriptionId: 's' }, code: 'subscription_runs' },
  { kind: 'refund_addon', body: { purchaseId: 'none', amountMinor: '1' }, code: 'unknown_purchase' },
  { kind: 'refund_addon', body: { purchaseId: 'p', amountMinor: '0' }, code: 'amount_not_positive' },
  { kind: 'refund_addon', body: { purchaseId: 'p', amountMinor: '5001' }, code: 'refund_exceeds_left' },
  { kind: 'refund_addon', body: { purchaseId: 'p', amountMinor: '1.5' }, code: 'malformed' },
  { kind: 'refund_addon', body: { purchaseId: 'ahead', amountMinor: '4000' }, code: 'refund_exceeds_left' },
  { kind: 'rerate', body: { ...period, isDryRun: false }, code: 'unknown_period' },
  { kind: 'exclude_usage', body: period, code: 'unknown_period' },
];

test('what is refused changes nothing but the order, which says why', async () => {
  const created = (subscriptionId: string, more: object = {}): Told => ({
    ...subscription,
    data: { ...subscription.data, subscriptionId, ...more },
  });
  const org = await makeCustomer([
    subscription,
    created('ended'),
    { type: 'subscription.canceled', at: minuteOf(now - dayMs), data: { subscriptionId: 'ended' } },
    { type: 'subscription.updated', at: minuteOf(now - dayMs), data: { subscriptionId: 'part', plan: 'x' } },
    created('trial', { status: 'trialing' }),
    purchase,
    { ...purchase, data: { ...purchase.data, purchaseId: 'ahead' } },
    { type: 'addon.refunded', at: minuteOf(now + dayMs / 2), data: { purchaseId: 'ahead', amountMinor: 4_000 } },
  ]);
  const before = await books(site.admin, org);
  for (const { kind, body, code } of refusals)
    expect({ kind, given: await site.give(org, kind, body) }).toMatchObject({
      kind,
      given: { status: 'refused', result: { refused: code } },
    });
  expect(await books(site.admin, org)).toBe(before);
  await expectBooksHold(org);
});

test('a correction of a meter that counts rows adds one, and is refused where it says anything else', async () => {
  const org = await makeCustomer([subscription]);
  await site.admin.query("insert into meter (id, name, aggregation) values ('visits', 'Visits', 'count')");
  const window = { windowStart: '2026-10-01T00:00:00Z', windowEnd: '2026-10-01T01:00:00Z' };
  const correct = (quantity: string) => site.give(org, 'correct_usage', { meter: 'visits', quantity, ...window });
  const before = await books(site.admin, org);
  for (const quantity of ['-1', '-20', '2', '0.5'])
    expect(await correct(quantity)).toMatchObject({ status: 'refused', result: { refused: 'rows_are_counted' } });
  expect(await books(site.admin, org)).toBe(before);
  expect(await correct('1.0')).toMatchObject({ status: 'done' });
});

test.each(['max', 'latest'])(
  'a correction of a meter of which one row stands, the %s, is none below 0',
  async (aggregation) => {
    const org = await makeCustomer([subscription]);
    await site.admin.query("insert into meter (id, name, aggregation) values ($1, 'Of one row', $1)", [aggregation]);
    const window = { windowStart: '2026-10-01T00:00:00Z', windowEnd: '2026-10-01T01:00:00Z' };
    const correct = (quantity: string) => site.give(org, 'correct_usage', { meter: aggregation, quantity, ...window });
    const before = await books(site.admin, org);
    expect(await correct('-0.5')).toMatchObject({ status: 'refused', result: { refused: 'one_row_stands' } });
    expect(await books(site.admin, org)).toBe(before);
    expect(await correct('0.5')).toMatchObject({ status: 'done' });
  },
);
