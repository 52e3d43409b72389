import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import type { EventRef } from '#domain/ids';
import { dayMs, minuteMs, type EpochMs } from '#domain/instants';
import { checkInvariants } from '#prisma/invariants';
import { readReconciliation } from '#prisma/reconciliation';
import { acceptAll, acceptUsage } from '#tests/support/events';
import { isLong } from '#tests/domain/billing/runs';
import { openCommandSite, type CommandSite } from '../commands/command-site.ts';
import { apply, changeOf, priceOf, sold, termsOf } from './catalogue.ts';
import { chances, type Chance } from './chance.ts';
import { createNights, nightOf, type Nights } from './nights.ts';
import { orderOf } from './staff.ts';
import { eventOf, usageOf, type Tenant } from './tenant.ts';

const begin = Date.UTC(2026, 1, 20);
const minuteOf = (at: EpochMs) => Math.floor((at - Date.UTC(2026, 0, 1)) / minuteMs);

interface Life extends CommandSite {
  readonly chance: Chance;
  readonly nights: Nights;
  readonly tenants: readonly (Tenant & { readonly waiting: EventRef[] })[];
  readonly done: Set<string>;
  now: EpochMs;
}

test('whatever tenants tell, staff order, the catalogue changes and jobs do, at once and in whatever order, each cent is booked once', async () => {
  const done = new Set<string>();
  await fc.assert(
    fc.asyncProperty(chances, (chance) => live(chance, done)),
    { numRuns: isLong ? 10 : 2, endOnFailure: true, ...(!isLong && { seed: 20_260_220 }) },
  );
  // Which orders find something to do depends on what was done just before, at once with them.
  expect(done.size).toBeGreaterThan(9);
}, 3_600_000);

async function live(chance: Chance, done: Set<string>): Promise<void> {
  const clock = { now: begin };
  const site = await openCommandSite(() => clock.now);
  try {
    const tenants = ['one', 'two', 'three'].map((id) => ({
      id,
      subscriptions: [],
      leads: [],
      purchases: [],
      waiting: [],
    }));
    const life: Life = Object.assign(clock, { ...site, chance, nights: createNights(site), tenants, done });
    await apply(site.admin, sold, begin);
    for (const { id } of tenants) await apply(site.admin, { orgs: { [id]: termsOf(chance, begin) } }, begin);
    for (let step = 0; step < (isLong ? 60 : 25); step++) await goOn(life);
    await comeToRest(life);
  } finally {
    await site.close();
  }
}

/** Some hours or days, and what happens in them. */
async function goOn(life: Life): Promise<void> {
  const { admin, chance, nights, tenants } = life;
  life.now += chance.oneOf(0.3, 1, 1, 2, 5, 9) * dayMs;
  for (const tenant of tenants) {
    await tell(life, tenant);
    if (chance.happens(80)) await decide(life, tenant)();
    if (chance.happens(35)) await (await order(life, tenant))();
    if (chance.happens(9)) await apply(admin, changeOf(tenant.id, chance, life.now), life.now);
  }
  if (chance.happens(6)) await apply(admin, priceOf(chance, life.now), life.now);
  if (chance.happens(25)) await allAtOnce(life);
  const older = () => life.now - (chance.happens(20) ? chance.below(20) * dayMs : 0);
  if (chance.happens(70)) await nights.rate(older());
  if (chance.happens(60)) await nights.close(older());
  if (chance.happens(70)) await nights.collect(life.now);
}

async function tell({ admin, chance, now }: Life, tenant: Life['tenants'][number]): Promise<void> {
  const events = Array.from({ length: chance.below(4) }, () => eventOf(tenant, chance, now));
  if (events.length > 0) tenant.waiting.push(...(await acceptAll(admin, tenant.id, events)));
  const rows = Array.from({ length: chance.below(3) }, () => usageOf(chance, now));
  if (rows.length > 0) tenant.waiting.push(await acceptUsage(admin, tenant.id, rows, minuteOf(now)));
}

/** Decides what waits, in whatever order, and at times once more. */
function decide({ worker, chance }: Life, { waiting }: Life['tenants'][number]) {
  const refs: EventRef[] = [];
  while (waiting.length > 0) refs.push(...waiting.splice(chance.below(waiting.length), 1));
  const times = chance.happens(20) ? 2 : 1;
  return async () => {
    for (let n = 0; n < times; n++) await applyEvents(worker, refs, 'w');
  };
}

async function order(life: Life, tenant: Tenant) {
  const { kind, body } = await orderOf(life.admin, tenant, life.chance, life.now);
  const id = await life.order(tenant.id, kind, body);
  return async () => {
    const { status } = await life.execute(tenant.id, id);
    if (status === 'done') life.done.add(kind);
  };
}

/** In a long run connections are cut meanwhile: what failed is done by a later job, and events are applied again. */
async function allAtOnce(life: Life): Promise<void> {
  const { admin, nights, tenants, now } = life;
  const waiting = new Map(tenants.map((tenant) => [tenant, [...tenant.waiting]]));
  const acts = tenants.map((tenant) => decide(life, tenant));
  for (const tenant of tenants) acts.push(await order(life, tenant));
  const jobs = [nights.rate(now), nights.close(now), nights.collect(now)];
  const all = [...jobs, ...acts.map((act) => act())];
  if (!isLong) {
    await Promise.all(all);
    return;
  }
  await Promise.allSettled([...all, cutConnections(admin)]);
  for (const [tenant, refs] of waiting) tenant.waiting.push(...refs);
}

async function cutConnections(admin: Life['admin']): Promise<void> {
  for (let n = 0; n < 12; n++) {
    await sleep(20);
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'test' and state <> 'idle' and random() < 0.5`,
    );
  }
}

/** Once all is told, rated, closed and collected, the books hold, agree with their sources, and no job finds anything to do. */
async function comeToRest(life: Life): Promise<void> {
  const { nights, tenants } = life;
  for (const tenant of tenants) await decide(life, tenant)();
  for (let day = 0; day < 6; day++) {
    life.now += dayMs;
    await nights.rate(life.now);
    await nights.close(life.now);
    await nights.collect(life.now);
  }
  await nights.rate(life.now);
  await nights.close(life.now);
  await expectBooksHold(life);
  const before = await booksOf(life);
  for (const isForced of [false, true]) {
    await nights.rate(life.now, isForced);
    await nights.close(life.now, isForced);
  }
  await nights.collect(life.now);
  expect(await booksOf(life)).toEqual(before);
}

/** By the real clock something always waits, no job has a slot, and a session is the test's own. */
const ofTheRealClock = ['E3', 'M9', 'M12', 'C1', 'A2'];

async function expectBooksHold({ admin, tenants, now }: Life): Promise<void> {
  const results = await checkInvariants(admin, { isQuiesced: false });
  expect(results.filter(({ id, violations }) => !ofTheRealClock.includes(id) && violations.length > 0)).toEqual([]);
  const ids = tenants.map(({ id }) => id);
  const cells = await readReconciliation(admin, ids, nightOf(now, 2.25).at);
  expect(cells.length).toBeGreaterThan(0);
  expect(cells.filter(({ gapMinor, differences }) => gapMinor !== 0n || differences.length > 0)).toEqual([]);
}

async function booksOf({ admin }: Life) {
  const tables = ['invoice', 'invoice_line', 'payment', 'refund', 'credit_note', 'billing_ledger', 'dunning_case'];
  const rolled = ['rated_period', 'unrated_usage', 'reconciliation_cell', 'mrr_month', 'metric_day'];
  const sums = [...tables, ...rolled].map(
    (table) => `(select md5(string_agg(t::text, ',' order by t::text)) from ${table} t) as ${table}`,
  );
  const { rows } = await admin.query<Record<string, string>>(`select ${sums.join(', ')}`);
  return rows;
}
