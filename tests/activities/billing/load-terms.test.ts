import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTerms, type OrgTerms } from '#activities/billing/load-terms';
import { decimal } from '#domain/decimal';
import { createPool, inTenants } from '#prisma/pool';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';

const at = (text: string) => Date.parse(text);
const perUnit = (unitPrice: string) => ({ model: 'per_unit', currency: 'EUR', unitPrice });

let database: TestDatabase;
let admin: pg.Pool;
let worker: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url, 1);
  worker = createPool({ url: database.url, role: 'worker', max: 1, applicationName: 'test' });
  await arrange();
});
afterAll(async () => {
  await Promise.all([admin.end(), worker.end()]);
  await database.drop();
});

describe('the terms of an org', () => {
  test('are those of its own settings, with defaults where it has none', async () => {
    const [plain, own] = [await termsOf('plain'), await termsOf('own')];
    expect(plain).toMatchObject({ anchorDay: 1, graceHours: 12, dueDays: 0, nextRatingAt: -Infinity });
    expect(plain.taxRate).toBeUndefined();
    expect(plain.closedThrough).toBeUndefined();
    expect(plain.dunningPolicy.retryDays).toEqual([1, 3, 5, 7, 14]);
    expect(own).toMatchObject({ anchorDay: 31, graceHours: 3, dueDays: 14, nextRatingAt: at('2026-02-01T00:00:00Z') });
    expect(own.taxRate).toEqual(decimal('0.19'));
    expect(own.closedThrough).toBe(at('2026-01-31T23:00:00Z'));
    expect(own.nextCloseAt).toBeUndefined();
    expect(own.dunningPolicy).toEqual({ retryDays: [2], graceDays: 0, endState: 'past_due' });
  });

  test('find the plan, the price and the allowance in force at an instant, the bounds half-open', async () => {
    const own = await termsOf('own');
    const changed = at('2026-03-01T00:00:00Z');
    expect([changed - 1, changed, at('2026-05-01T00:00:00Z')].map(own.planAt)).toEqual(['basic', 'pro', undefined]);
    expect(own.plans.map(({ until }) => until)).toEqual([changed, at('2026-05-01T00:00:00Z'), undefined]);
    expect(own.allowanceAt(changed - 1)).toBeUndefined();
    expect(own.allowanceAt(changed)).toEqual({ credits: decimal('100'), alertLevels: [75, 90, 100], isHardCap: true });
    expect(own.priceAt('api.calls', at('2025-12-31T23:59:59Z'))).toBeUndefined();
    expect(own.priceAt('api.calls', changed - 1)).toMatchObject({ unitPrice: decimal('0.10') });
    expect(own.priceAt('api.calls', changed)).toMatchObject({ unitPrice: decimal('0.2') });
  });

  test('put the price of the org before that of its plan, as long as it lasts', async () => {
    const own = await termsOf('own');
    expect(own.priceAt('api.calls', at('2026-02-01T00:00:00Z'))).toMatchObject({ unitPrice: decimal('0.01') });
    expect(own.priceAt('api.calls', at('2026-02-02T00:00:00Z'))).toMatchObject({ unitPrice: decimal('0.1') });
    expect(own.priceAt('seats', at('2026-06-01T00:00:00Z'))).toMatchObject({ unitPrice: decimal('7') });
    expect(own.metersAt(at('2026-01-01T00:00:00Z'))).toEqual(['api.calls', 'seats']);
    expect(own.metersAt(at('2026-06-01T00:00:00Z'))).toEqual(['seats']);
  });

  test('know how each meter is aggregated, and say so where there is none', async () => {
    const plain = await termsOf('plain');
    expect([plain.aggregationOf('seats'), plain.aggregationOf('nothing')]).toEqual(['max', undefined]);
    expect([plain.metersAt(0), plain.planAt(0), plain.priceAt('seats', 0)]).toEqual([[], undefined, undefined]);
  });

  test('keep the zones that were before, the first one for all that was before it', async () => {
    const { zoneAt, zone } = await termsOf('own');
    const moved = at('2026-02-10T12:00:00Z');
    expect([0, moved - 1, moved].map((instant) => zoneAt(instant).name)).toEqual([
      'Europe/Berlin',
      'Europe/Berlin',
      'Asia/Tokyo',
    ]);
    expect(zone.name).toBe('Asia/Tokyo');
    expect((await termsOf('plain')).zoneAt(0).name).toBe('UTC');
  });

  test('fail only who needs the price that cannot be read', async () => {
    const poisoned = await termsOf('poisoned');
    expect(() => poisoned.priceAt('seats', at('2026-02-01T00:00:00Z'))).toThrow(/price of seats in poisoned/);
    expect(poisoned.priceAt('api.calls', at('2026-02-01T00:00:00Z'))).toMatchObject({ unitPrice: decimal('0.1') });
  });

  test('are those of the tenants that the transaction speaks for, and of nobody else', async () => {
    const found = await inTenants(worker, ['plain'], (client) => loadTerms(client, ['plain', 'own']));
    expect([...found.keys()]).toEqual(['plain']);
  });
});

async function termsOf(orgId: string): Promise<OrgTerms> {
  const found = await inTenants(worker, [orgId], (client) => loadTerms(client, [orgId]));
  const terms = found.get(orgId);
  if (!terms) throw new Error(`no terms of ${orgId}`);
  return terms;
}

async function arrange() {
  await admin.query(`insert into org (id, name, anchor_day, grace_hours, tax_rate, time_zone) values ('plain', 'Plain', 1, 12, null, 'UTC'),
    ('own', 'Own', 31, 3, 0.19, 'Asia/Tokyo'), ('poisoned', 'Poisoned', 1, 12, null, 'UTC')`);
  await admin.query(
    `update org_billing set due_days = 14, dunning_policy = $1, next_rating_at = '2026-02-01T00:00:00Z', next_close_at = null,
      closed_through = '2026-01-31T23:00:00Z' where org_id = 'own'`,
    [JSON.stringify({ retryDays: [2], graceDays: 0, endState: 'past_due' })],
  );
  await admin.query(
    `insert into org_zone values ('own', '-infinity', 'Europe/Berlin'), ('own', '2026-02-10T12:00:00Z', 'Asia/Tokyo')`,
  );
  await admin.query(`insert into meter values ('api.calls', 'Calls', 'sum', null), ('seats', 'Seats', 'max', null)`);
  await admin.query('insert into plan values ($1, $1, null), ($2, $2, $3)', [
    'basic',
    'pro',
    JSON.stringify({ credits: 100, isHardCap: true }),
  ]);
  await admin.query(
    `insert into org_plan values ('own', '2026-01-01T00:00:00Z', 'basic'), ('own', '2026-03-01T00:00:00Z', 'pro'),
      ('own', '2026-05-01T00:00:00Z', null), ('poisoned', '2026-01-01T00:00:00Z', 'basic')`,
  );
  await admin.query(
    `insert into plan_price values ('basic', 'api.calls', '2026-01-01T00:00:00Z', null, $1), ('pro', 'api.calls', '2026-01-01T00:00:00Z', null, $2)`,
    [JSON.stringify(perUnit('0.10')), JSON.stringify(perUnit('0.20'))],
  );
  await admin.query(
    `insert into org_price values ('own', 'api.calls', '2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z', $1),
      ('own', 'seats', '2026-01-01T00:00:00Z', null, $2), ('poisoned', 'seats', '2026-01-01T00:00:00Z', null, '{"model": "per_unit"}')`,
    [JSON.stringify(perUnit('0.01')), JSON.stringify(perUnit('7'))],
  );
}
