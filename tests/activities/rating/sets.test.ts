import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ratingPhase } from '#activities/rating/rating-phase';
import { createPool } from '#prisma/pool';
import { openAdmin } from '#tests/support/admin';
import { createDatabase, type TestDatabase } from '#tests/support/database';
import { addUsage, amountsOf, brokenBooks, linesOf, makeBilledOrg, rateNight } from './books.ts';

let database: TestDatabase;
let db: pg.Pool;
let worker: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  db = openAdmin(database.url, 8);
  worker = createPool({ url: database.url, role: 'worker', max: 8, applicationName: 'test' });
});

afterAll(async () => {
  await worker.end();
  await db.end();
  await database.drop();
});

const unit = { model: 'per_unit', currency: 'USD', unitPrice: '1' };
const slot = (at: string) => ({ slot: at.slice(0, 10), at: Date.parse(at), isForced: false });
const at = '2026-03-10T00:00:00Z';
const night = '2026-03-11T02:15:00Z';
const made = (more: object = {}) => makeBilledOrg(db, { prices: [{ meter: 'calls', price: unit }], ...more });

describe('beside each other', () => {
  it('usage that arrives during its own rating is billed by it or by the next, never lost and never twice', async () => {
    const orgs = [await made(), await made(), await made()];
    let running = true;
    let sent = 0;
    const writers = orgs.map(async (orgId) => {
      while (running) {
        await addUsage(db, orgId, [{ quantity: 1, at }]);
        sent++;
      }
    });
    // Several at once, as when a slot is taken up twice.
    for (let n = 0; n < 12; n++)
      await Promise.all([rateNight(worker, night), rateNight(worker, night), rateNight(worker, night)]);
    running = false;
    await Promise.all(writers);
    await rateNight(worker, night);
    const amounts = await Promise.all(orgs.map((orgId) => amountsOf(db, orgId)));
    expect(sent).toBeGreaterThan(20);
    expect(amounts.flat().reduce((a, b) => a + b)).toBe(sent * 100);
    expect(await rateNight(worker, night)).toEqual([]);
    expect(await brokenBooks(db)).toEqual([]);
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

  it('is done without a scan of any table that grows', async () => {
    const orgs = await Promise.all(Array.from({ length: 20 }, () => made({ from: '2026-01-01T00:00:00Z' })));
    for (const orgId of orgs) await addUsage(db, orgId, [{ quantity: 1, at }]);
    const scans = async () => {
      await db.query('select pg_stat_force_next_flush(), pg_stat_clear_snapshot()');
      const { rows } = await db.query<{ relname: string; seq_scan: string }>(
        `select relname, seq_scan from pg_stat_user_tables where relname in ('usage_meter', 'rated_period', 'invoice', 'invoice_line', 'org_billing',
          'org', 'rating_mark', 'unrated_usage', 'lead', 'subscription', 'subscription_change', 'addon_purchase', 'addon_refund', 'credit_grant',
          'ai_usage_event', 'org_plan', 'org_price', 'org_zone', 'plan_price') order by 1`,
      );
      return rows;
    };
    for (const table of ['leads', 'addons', 'ai', 'subscriptions'])
      await db.query(
        `insert into rating_mark (org_id, stream, first_at, last_at) select unnest($1::text[]), $2, now(), now()`,
        [orgs, table],
      );
    const before = await scans();
    const due = createPool({ url: database.url, role: 'worker', max: 1, applicationName: 'test' });
    await ratingPhase(due).apply(orgs, slot(night));
    await due.end();
    expect(await scans()).toEqual(before);
    expect((await linesOf(db, orgs[0] ?? '')).length).toBe(1);
  });
});
