import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { closingPhase } from '#activities/closing/closing-phase';
import { lockOrgs } from '#activities/billing/lock-orgs';
import { rateOrgs } from '#activities/rating/rate-orgs';
import { ratingPhase } from '#activities/rating/rating-phase';
import { inTenants, keyedPlans } from '#prisma/pool';
import { holdTable } from '#tests/faults/harness/hold-table';
import { useBooks } from '#tests/support/books';
import { expectMoney } from '#tests/support/invariants';
import { addUsage, amountsOf, brokenBooks, linesOf, makeBilledOrg, rateNight } from './books.ts';

const { admin: db, worker } = await useBooks();

const unit = { model: 'per_unit', currency: 'USD', unitPrice: '1' };
const slot = (at: string) => ({ slot: at.slice(0, 10), at: Date.parse(at), isForced: false });
const at = '2026-03-10T00:00:00Z';
const night = '2026-03-11T02:15:00Z';
const made = (more: object = {}) => makeBilledOrg(db, { prices: [{ meter: 'calls', price: unit }], ...more });

describe('beside each other', () => {
  it('usage that arrives during its own rating is billed by it or by the next, never lost and never twice', async () => {
    // A meter for each row: what one rating missed no later row of the meter brings to light.
    const meters = Array.from({ length: 120 }, (_, n) => `meter_${n}`);
    const orgs: string[] = [];
    for (const n of [1, 2])
      orgs.push(await made({ id: `beside-${n}`, prices: meters.map((meter) => ({ meter, price: unit })) }));
    let running = orgs.length;
    const writers = orgs.map(async (orgId) => {
      for (const meter of meters) await addUsage(db, orgId, [{ meter, quantity: 1, at }]);
      running--;
    });
    // Several at once, as when a slot is taken up twice.
    const raters = [1, 2, 3].map(async () => {
      while (running > 0) await rateNight(worker, night);
    });
    await Promise.all([...writers, ...raters]);
    await rateNight(worker, night);
    for (const orgId of orgs) expect(await amountsOf(db, orgId)).toEqual(meters.map(() => 100));
    expect(await rateNight(worker, night)).toEqual([]);
    expect(await brokenBooks(db)).toEqual([]);
    await expectMoney(db);
  });

  it('a row that is committed only after its org was rated is still due', async () => {
    const orgId = await made();
    await addUsage(db, orgId, [{ quantity: 1, at }]);
    const writer = await db.connect();
    await writer.query('begin');
    await addUsage(writer, orgId, [{ quantity: 2, at }]);
    await rateNight(worker, night);
    expect(await amountsOf(db, orgId)).toEqual([100]);
    await writer.query('commit');
    writer.release();
    await rateNight(worker, night);
    expect(await amountsOf(db, orgId)).toEqual([100, 200]);
  });

  it('usage that comes while its org is rated or closed is told of in the audit by that job, and billed by the next rating', async () => {
    const orgId = await made();
    const quiet = await made();
    for (const id of [orgId, quiet]) await addUsage(db, id, [{ quantity: 1, at }]);
    const during = async (work: () => Promise<unknown>, quantity: number) => {
      const lines = await holdTable(db, 'invoice_line');
      const working = work();
      await lines.wanted();
      await addUsage(db, orgId, [{ quantity, at }]);
      await lines.release();
      return working;
    };
    expect(await during(() => rateNight(worker, night), 2)).toMatchObject([{ orgs: 2, orgsWithUsageMeanwhile: 1 }]);
    expect(await amountsOf(db, orgId)).toEqual([100]);
    await during(() => closingPhase(worker).apply([orgId], slot('2026-04-02T03:30:00Z')), 4);
    await rateNight(worker, '2026-04-03T02:15:00Z');
    expect(await amountsOf(db, orgId)).toEqual([100, 200, 400]);
    const { rows } = await db.query(
      "select org_id, actor, detail->'meters' as meters from audit_log where action = 'rating.usage_came' and org_id = any($1) order by at",
      [[orgId, quiet]],
    );
    const told = ['job:nightly-rating:2026-03-11', 'job:monthly-rollup:2026-04-02'];
    expect(rows).toEqual(told.map((actor) => ({ org_id: orgId, actor, meters: ['calls'] })));
    expect(await brokenBooks(db)).toEqual([]);
    await expectMoney(db);
  });

  it('what a failed transaction took is due again', async () => {
    const orgId = await made();
    await addUsage(db, orgId, [{ quantity: 1, at }]);
    const phase = ratingPhase(worker);
    const bad = await made();
    await addUsage(db, bad, [{ quantity: '99999999999999999999', at }]);
    await expect(phase.apply([orgId, bad], slot(night))).rejects.toThrow(/out of range|22003/);
    expect(await amountsOf(db, orgId)).toEqual([]);
    await phase.apply([orgId], slot(night));
    expect(await amountsOf(db, orgId)).toEqual([100]);
    await expect(phase.apply([bad], slot(night))).rejects.toThrow(/out of range/);
    expect(await phase.due(slot(night), undefined)).toEqual([bad]);
    await db.query('update org_billing set parked_at = now() where org_id = $1', [bad]);
  });

  it('a price that cannot be read fails the org that needs it, and it is still due', async () => {
    const bad = await made();
    const good = await made();
    await db.query(`update plan_price set price = '{"model": "odd"}' where plan_id = $1`, [`plan-${bad}`]);
    for (const orgId of [bad, good]) await addUsage(db, orgId, [{ quantity: 1, at }]);
    const phase = ratingPhase(worker);
    await expect(phase.apply([bad, good], slot(night))).rejects.toThrow(/price of calls/);
    await phase.apply([good], slot(night));
    expect(await amountsOf(db, good)).toEqual([100]);
    expect(await phase.due(slot(night), undefined)).toContain(bad);
    await db.query(`update org_billing set parked_at = now() where org_id = $1`, [bad]);
  });
});

describe('what is due', () => {
  it('is nobody without a mark or an instant that has come, and nobody who is parked', async () => {
    const orgId = await made();
    const phase = ratingPhase(worker);
    expect(await phase.due(slot(night), undefined)).toEqual([orgId]);
    await phase.apply([orgId], slot(night));
    expect(await phase.due(slot(night), undefined)).toEqual([]);
    expect(await phase.due(slot('2026-03-31T23:59:59Z'), undefined)).not.toContain(orgId);
    expect(await phase.due(slot('2026-04-01T00:00:00Z'), undefined)).toContain(orgId);
    await addUsage(db, orgId, [{ quantity: 1, at }]);
    expect(await phase.due(slot(night), undefined)).toEqual([orgId]);
    expect(await phase.due(slot(night), { after: orgId, until: '~' })).toEqual([]);
    expect(await phase.due(slot(night), { after: '', until: orgId })).toEqual([orgId]);
    await db.query('update org_billing set parked_at = now() where org_id = $1', [orgId]);
    expect(await phase.due(slot(night), undefined)).toEqual([]);
  });

  it('is done by what belongs to its orgs alone, however much others have', async () => {
    const alone = await rowsReadFor(await made());
    const others = await Promise.all(Array.from({ length: 100 }, () => made()));
    for (const orgId of others) await fill(orgId);
    await ratingPhase(worker).apply(others, slot(night));
    const among = await rowsReadFor(await made());
    const more = among.flatMap((reads, n) =>
      Object.entries(reads).filter(([table, rows]) => rows > (alone[n]?.[table] ?? 0) + otherVersionsMax),
    );
    expect(more).toEqual([]);
  });
});

/** Another index of the org's own rows may come upon versions of them that are gone. */
const otherVersionsMax = 2;

/** Something of every kind that is billed. */
async function fill(orgId: string) {
  await addUsage(db, orgId, [
    { quantity: 1, at },
    { meter: 'unknown', quantity: 1, at },
  ]);
  for (const insert of [
    `lead (org_id, id, status, fee_minor, fee_currency, converted_at, created_at, version) values ($1, 'l', 'converted', 100, 'USD', now(), now(), 1)`,
    `subscription (org_id, id, status, created_at, version) values ($1, 's', 'active', now(), 1)`,
    `subscription_change (org_id, event_id, subscription_id, changed_at, action, status, price_minor, currency, interval, quantity, mrr_minor)
      values ($1, 'e', 's', '2026-03-01', 'subscription.created', 'active', 100, 'USD', 'month', 1, 100)`,
    `addon_purchase (org_id, id, status, amount_minor, currency, purchased_at, created_at, version)
      values ($1, 'a', 'purchased', 100, 'USD', now(), now(), 1)`,
    `addon_refund (org_id, event_id, purchase_id, amount_minor, refunded_at) values ($1, 'r', 'a', 1, now())`,
    `credit_grant (org_id, source, id, credits, amount_minor, currency, granted_at) values ($1, 'purchase', 'c', 5, 100, 'USD', now())`,
    `ai_usage_event (org_id, id, feature, credits, used_at, version) values ($1, 'u', 'chat', 9, now(), 1)`,
  ]) {
    await db.query(`insert into ${insert}`, [orgId]);
  }
}

/** Rows that two ratings of the org read, as their transactions count them: the second finds what the first has booked. */
async function rowsReadFor(orgId: string): Promise<Record<string, number>[]> {
  await fill(orgId);
  const reads = [await rowsReadOnce(orgId)];
  await db.query('update lead set fee_minor = 200 where org_id = $1', [orgId]);
  await db.query(`update addon_refund set amount_minor = 2 where org_id = $1`, [orgId]);
  await db.query(`update addon_purchase set quantity = 2 where org_id = $1`, [orgId]);
  await addUsage(db, orgId, [{ quantity: 1, at }]);
  reads.push(await rowsReadOnce(orgId));
  expect(await linesOf(db, orgId)).toHaveLength(9);
  return reads;
}

function rowsReadOnce(orgId: string): Promise<Record<string, number>> {
  return inTenants(
    worker,
    [orgId],
    async (client) => {
      const before = await rowsReadBy(client);
      await lockOrgs(client, [orgId]);
      await rateOrgs(client, [orgId], Date.parse(night));
      const after = Object.entries(await rowsReadBy(client));
      return Object.fromEntries(after.map(([table, read]) => [table, read - (before[table] ?? 0)]));
    },
    keyedPlans,
  );
}

/** So far, by the connection's own count. */
async function rowsReadBy(client: pg.ClientBase): Promise<Record<string, number>> {
  const { rows } = await client.query<{ relname: string; read: string }>(
    "select relname, seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_xact_user_tables where relname <> 'meter'",
  );
  return Object.fromEntries(rows.map(({ relname, read }) => [relname, Number(read)]));
}
