import { describe, expect, it } from 'vitest';
import { useBooks } from '#tests/support/books';
import { addPrice, addUsage, brokenBooks, givePlan, linesOf, makeBilledOrg, rateNight } from './books.ts';

const { admin: db, worker } = await useBooks();

const unit = () => ({ model: 'per_unit', currency: 'USD', unitPrice: '1' });
const fee = { model: 'flat', currency: 'USD', fee: '10' };

describe('a plan that holds from ever on', () => {
  it('is due by itself from the period in which the org began, and prices what was used before', async () => {
    const orgId = await makeBilledOrg(db, {
      from: '-infinity',
      prices: [
        { meter: 'base', price: fee, from: '-infinity' },
        { meter: 'calls', price: unit(), from: '-infinity' },
      ],
    });
    await db.query("update org set created_at = '2026-03-20T08:00:00Z' where id = $1", [orgId]);
    await addUsage(db, orgId, [{ quantity: 2, at: '2026-01-10T00:00:00Z', received: '2026-03-20T09:00:00Z' }]);
    await rateNight(worker, '2026-04-02T02:15:00Z');
    const lines = (await linesOf(db, orgId)).map(({ source_key, amount }) => `${source_key} ${amount}`);
    expect(lines.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'usage:base:2026-03-01T00:00:00.000Z:1 1000',
      'usage:base:2026-04-01T00:00:00.000Z:1 1000',
      'usage:calls:2026-01-01T00:00:00.000Z:1 200',
    ]);
  });
});

describe('usage that has no price', () => {
  it('is kept with its reason, counted again when more comes, and billed once there is a price', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    const listed = async () => {
      const { rows } = await db.query<{ reason: string; usage_rows: string; quantity: string }>(
        'select reason, usage_rows, trim_scale(quantity)::text as quantity from unrated_usage where org_id = $1 order by period_start',
        [orgId],
      );
      return rows.map(({ reason, usage_rows, quantity }) => [reason, Number(usage_rows), quantity]);
    };
    await addUsage(db, orgId, [{ meter: 'odd', quantity: 1, at: '2026-03-10T00:00:00Z' }]);
    await rateNight(worker, '2026-03-11T02:15:00Z');
    expect(await listed()).toEqual([['no_plan', 1, '1']]);
    await db.query("insert into plan (id, name) values ('later', 'Later')");
    await givePlan(db, orgId, 'later', '2026-03-01T00:00:00Z');
    await addUsage(db, orgId, [{ meter: 'odd', quantity: 2.5, at: '2026-03-11T00:00:00Z' }]);
    await rateNight(worker, '2026-03-12T02:15:00Z');
    expect(await listed()).toEqual([['unknown_meter', 2, '3.5']]);
    await db.query("insert into meter (id, name, aggregation) values ('odd', 'Odd', 'sum')");
    await addUsage(db, orgId, [{ meter: 'odd', quantity: 1, at: '2026-03-12T00:00:00Z' }]);
    await rateNight(worker, '2026-03-13T02:15:00Z');
    expect(await listed()).toEqual([['no_price', 3, '4.5']]);
    expect(await brokenBooks(db)).toEqual([]);
    await addPrice(db, 'later', { meter: 'odd', price: unit() });
    await db.query("update org_billing set next_rating_at = '-infinity' where org_id = $1", [orgId]);
    await rateNight(worker, '2026-03-14T02:15:00Z');
    expect(await listed()).toEqual([]);
    expect((await linesOf(db, orgId)).map(({ amount }) => amount)).toEqual([450]);
  });

  it('is counted anew in the periods that hold it once its org has another anchor day, each row once, and billed in them', async () => {
    const orgId = await makeBilledOrg(db, { from: null });
    const listed = async () => {
      const { rows } = await db.query<{ bounds: string }>(
        `select concat_ws(' ', to_char(period_start at time zone 'UTC', 'MM-DD'), to_char(period_end at time zone 'UTC', 'MM-DD'), usage_rows) as bounds
        from unrated_usage where org_id = $1 order by period_start`,
        [orgId],
      );
      return rows.map(({ bounds }) => bounds);
    };
    const anchorOn = (day: number) => db.query('update org set anchor_day = $2 where id = $1', [orgId, day]);
    const days = ['2026-03-05', '2026-03-12', '2026-03-25'];
    await addUsage(
      db,
      orgId,
      days.map((day) => ({ meter: 'moved', quantity: 1, at: `${day}T00:00:00Z` })),
    );
    await rateNight(worker, '2026-03-26T02:15:00Z');
    expect(await listed()).toEqual(['03-01 04-01 3']);
    await anchorOn(10);
    await addUsage(db, orgId, [{ meter: 'moved', quantity: 1, at: '2026-03-26T00:00:00Z' }]);
    await rateNight(worker, '2026-03-27T02:15:00Z');
    expect(await listed()).toEqual(['02-10 03-10 1', '03-10 04-10 3']);
    await db.query("insert into plan (id, name) values ('moved', 'Moved')");
    await addPrice(db, 'moved', { meter: 'moved', price: unit() });
    await anchorOn(20);
    await givePlan(db, orgId, 'moved', '2026-01-01T00:00:00Z');
    await rateNight(worker, '2026-03-28T02:15:00Z');
    expect(await listed()).toEqual([]);
    expect((await linesOf(db, orgId)).map(({ source_key, amount }) => `${source_key} ${amount}`).toSorted()).toEqual([
      'usage:moved:2026-02-20T00:00:00.000Z:1 200',
      'usage:moved:2026-03-20T00:00:00.000Z:1 200',
    ]);
    expect(await brokenBooks(db)).toEqual([]);
  });
});

it('rates windows at both ends of the calendar, also of one request, and rows of a meter whose name is reserved have no price', async () => {
  const orgId = await makeBilledOrg(db, {
    anchorDay: 31,
    from: '0003-01-01T00:00:00Z BC',
    prices: [
      { meter: 'calls', price: unit(), from: '0003-01-01T00:00:00Z BC' },
      { meter: 'ai.overage', price: unit(), from: '2020-01-01T00:00:00Z' },
    ],
  });
  await rateNight(worker, '2026-03-11T02:15:00Z');
  await addUsage(db, orgId, [
    { quantity: 1, at: '0001-01-03T00:00:00Z BC', until: '0001-01-04T00:00:00Z BC' },
    ...['2026-03-10T00:00:00Z', '9999-12-31T10:00:00Z'].map((at) => ({ quantity: 1, at })),
    { meter: 'ai.overage', quantity: 5, at: '2026-03-10T00:00:00Z' },
  ]);
  const started = performance.now();
  await rateNight(worker, '2026-03-11T02:15:00Z');
  expect(performance.now() - started).toBeLessThan(5_000);
  const { rows } = await db.query('select meter, reason from unrated_usage where org_id = $1', [orgId]);
  expect(rows).toEqual([{ meter: 'ai.overage', reason: 'unknown_meter' }]);
  expect((await linesOf(db, orgId)).map(({ amount }) => amount)).toEqual([100, 100, 100]);
  expect(await brokenBooks(db)).toEqual([]);
});
