import { describe, expect, it } from 'vitest';
import { closingPhase } from '#activities/closing/closing-phase';
import { useBooks } from '#tests/support/books';
import { expectMoney } from '#tests/support/invariants';
import { slotOn } from '../closing/drafts.ts';
import { addPrice, addUsage, brokenBooks, changeGrace, linesOf, makeBilledOrg, rateNight } from './books.ts';

const { admin: db, worker } = await useBooks();

const unit = (more: object = {}) => ({ model: 'per_unit', currency: 'USD', unitPrice: '1', ...more });
const fee = { model: 'flat', currency: 'USD', fee: '10' };

const short = async (orgId: string) =>
  (await linesOf(db, orgId)).map(({ month, source_key, amount, is_late }) => [
    month,
    source_key.replace(/^usage:/, '').replace(/:00\.000Z/, 'Z'),
    amount,
    ...(is_late ? ['late'] : []),
  ]);

async function periodsOf(orgId: string) {
  const { rows } = await db.query<{ bounds: string; closed: boolean }>(
    `select to_char(period_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' / ' || to_char(period_end at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
      as bounds, closed_at is not null as closed from rated_period where org_id = $1 order by meter, period_start`,
    [orgId],
  );
  return rows.map(({ bounds }) => bounds);
}

async function nextOf(orgId: string) {
  const { rows } = await db.query<{ at: Date | null }>(
    'select next_rating_at as at from org_billing where org_id = $1',
    [orgId],
  );
  return rows[0]?.at?.toISOString();
}

describe('late usage and closing', () => {
  it('closes what was rated before another anchor day at its own end, no night sooner, also by force, and no night later', async () => {
    const orgId = await makeBilledOrg(db, {
      prices: [
        { meter: 'calls', price: unit({ minimumMinor: 1_000 }) },
        { meter: 'base', price: fee },
      ],
      from: '2026-03-01T00:00:00Z',
    });
    await addUsage(db, orgId, [{ quantity: 5, at: '2026-03-05T00:00:00Z' }]);
    await rateNight(worker, '2026-03-06T02:15:00Z');
    await db.query('update org set anchor_day = 20 where id = $1', [orgId]);
    await db.query("update org_billing set next_rating_at = '-infinity' where org_id = $1", [orgId]);
    await rateNight(worker, '2026-03-25T02:15:00Z');
    await rateNight(worker, '2026-03-25T02:15:00Z', true);
    const before = [
      ['2026-03-01', 'base:2026-03-01T00:00Z:1', 1_000],
      ['2026-03-01', 'calls:2026-03-01T00:00Z:1', 500],
    ];
    expect(await short(orgId)).toEqual(before);
    expect(await nextOf(orgId)).toBe('2026-04-01T00:00:00.000Z');
    await rateNight(worker, '2026-04-01T02:15:00Z');
    const begun = [...before, ['2026-04-01', 'base:2026-04-01T00:00Z:1', 1_000]];
    expect(await short(orgId)).toEqual(begun);
    expect(await nextOf(orgId)).toBe('2026-04-01T12:00:00.000Z');
    await rateNight(worker, '2026-04-02T02:15:00Z');
    expect(await short(orgId)).toEqual([...begun, ['2026-03-01', 'calls:2026-03-01T00:00Z:2', 500]]);
    expect(await nextOf(orgId)).toBe('2026-04-20T00:00:00.000Z');
    expect(await brokenBooks(db)).toEqual([]);
  });

  it('S6: books what came after the grace as a line of its own that names its period, on the draft of a month that is open', async () => {
    const orgId = await makeBilledOrg(db, {
      prices: [{ meter: 'calls', price: unit() }],
      from: '2026-03-01T00:00:00Z',
    });
    await addUsage(db, orgId, [{ quantity: 5, at: '2026-03-10T00:00:00Z' }]);
    await rateNight(worker, '2026-03-11T02:15:00Z');
    // Within the grace, though rated after it; then late.
    await addUsage(db, orgId, [{ quantity: 2, at: '2026-03-31T23:00:00Z', received: '2026-04-01T11:59:59Z' }]);
    await addUsage(db, orgId, [{ quantity: 3, at: '2026-03-31T23:00:00Z', received: '2026-04-01T12:00:00Z' }]);
    await rateNight(worker, '2026-04-02T02:15:00Z');
    await closingPhase(worker).apply([orgId], slotOn('2026-04-02'));
    const { rows: closed } = await db.query('select status, total_minor::int as total from invoice where org_id = $1', [
      orgId,
    ]);
    expect(closed).toEqual([{ status: 'open', total: 1_000 }]);
    await addUsage(db, orgId, [{ quantity: 4, at: '2026-03-02T00:00:00Z', received: '2026-04-05T00:00:00Z' }]);
    await rateNight(worker, '2026-04-06T02:15:00Z');
    expect(await short(orgId)).toEqual([
      ['2026-03-01', 'calls:2026-03-01T00:00Z:1', 500],
      ['2026-03-01', 'calls:2026-03-01T00:00Z:2', 200],
      ['2026-03-01', 'calls:2026-03-01T00:00Z:3', 300, 'late'],
      ['2026-04-01', 'calls:2026-03-01T00:00Z:4', 400, 'late'],
    ]);
    expect(await brokenBooks(db)).toEqual([]);
    await expectMoney(db);
  });

  it('rates what is closed by the grace that it was closed by, whichever the org has since', async () => {
    const price = unit({ minimumMinor: 700 });
    const orgId = await makeBilledOrg(db, {
      prices: [{ meter: 'calls', price }],
      from: '2026-03-01T00:00:00Z',
    });
    await addUsage(db, orgId, [
      { quantity: 5, at: '2026-03-10T00:00:00Z' },
      { quantity: 1, at: '2026-03-20T00:00:00Z', received: '2026-04-01T10:00:00Z' },
    ]);
    await rateNight(worker, '2026-04-02T02:15:00Z');
    await addUsage(db, orgId, [{ quantity: 3, at: '2026-03-11T00:00:00Z', received: '2026-04-02T10:00:00Z' }]);
    await rateNight(worker, '2026-04-03T02:15:00Z');
    const march = [
      [600, false],
      [100, false],
      [300, true],
      [-100, true],
    ];
    const read = async () => (await linesOf(db, orgId)).map(({ amount, is_late }) => [amount, is_late]);
    expect(await read()).toEqual(march);
    for (const graceHours of [72, 1]) {
      await changeGrace(db, orgId, graceHours, '2026-04-03T10:00:00Z');
      await rateNight(worker, '2026-04-04T02:15:00Z');
      expect(await read()).toEqual(march);
    }
    await changeGrace(db, orgId, 72, '2026-04-04T10:00:00Z');
    await addUsage(db, orgId, [
      { quantity: 2, at: '2026-03-12T00:00:00Z', received: '2026-04-03T12:00:00Z' },
      { quantity: 7, at: '2026-04-30T00:00:00Z', received: '2026-05-03T12:00:00Z' },
    ]);
    await rateNight(worker, '2026-05-03T23:00:00Z');
    expect(await read()).toEqual([...march, [200, true], [700, false]]);
    expect(await brokenBooks(db)).toEqual([]);
  });

  it('closes a period at the first slot after its grace, once, and later usage shrinks the commitment', async () => {
    const price = unit({ minimumMinor: 1000 });
    const orgId = await makeBilledOrg(db, {
      prices: [{ meter: 'calls', price, until: '2026-04-01T00:00:00Z' }],
      from: '2026-03-01T00:00:00Z',
    });
    await addUsage(db, orgId, [{ quantity: 4, at: '2026-03-10T00:00:00Z' }]);
    await rateNight(worker, '2026-04-01T02:15:00Z');
    expect(await nextOf(orgId)).toBe('2026-04-01T12:00:00.000Z');
    await rateNight(worker, '2026-04-02T02:15:00Z');
    expect(await nextOf(orgId)).toBe('2026-05-01T00:00:00.000Z');
    await addUsage(db, orgId, [{ quantity: 5, at: '2026-03-10T00:00:00Z', received: '2026-04-03T00:00:00Z' }]);
    await rateNight(worker, '2026-04-04T02:15:00Z');
    expect((await linesOf(db, orgId)).map(({ amount, is_late }) => [amount, is_late])).toEqual([
      [400, false],
      [600, false],
      [500, true],
      [-500, true],
    ]);
  });

  it('takes corrections and rows that another event replaced', async () => {
    const orgId = await makeBilledOrg(db, { prices: [{ meter: 'calls', price: unit() }] });
    await addUsage(db, orgId, [{ quantity: 5, at: '2026-03-10T00:00:00Z', rowId: 'r' }]);
    await rateNight(worker, '2026-03-11T02:15:00Z');
    await addUsage(db, orgId, [{ quantity: -2, at: '2026-03-10T00:00:00Z', isCorrection: true }]);
    await rateNight(worker, '2026-03-12T02:15:00Z');
    // Moved to another month: both its old and its new period are rated; below 0 a quantity costs nothing.
    await db.query(
      "update usage_meter set window_start = '2026-02-10', window_end = '2026-02-11', received_at = '2026-02-10' where org_id = $1 and row_id = 'r'",
      [orgId],
    );
    await rateNight(worker, '2026-03-13T02:15:00Z');
    expect((await short(orgId)).map(([, key, amount]) => `${key} ${amount}`).toSorted()).toEqual([
      'calls:2026-02-01T00:00Z:1 500',
      'calls:2026-03-01T00:00Z:1 500',
      'calls:2026-03-01T00:00Z:2 -200',
      'calls:2026-03-01T00:00Z:3 -300',
    ]);
    expect(await brokenBooks(db)).toEqual([]);
  });
});

describe('bounds', () => {
  const cases: [string, { zone: string; anchorDay: number }, string, string][] = [
    [
      'the last day of a short month',
      { zone: 'UTC', anchorDay: 31 },
      '2026-02-10T00:00:00Z',
      '2026-01-31 00:00 / 2026-02-28 00:00',
    ],
    [
      'the clock that goes forward',
      { zone: 'Europe/Berlin', anchorDay: 15 },
      '2026-03-20T00:00:00Z',
      '2026-03-14 23:00 / 2026-04-14 22:00',
    ],
    [
      'the clock that goes back',
      { zone: 'America/New_York', anchorDay: 1 },
      '2026-11-15T00:00:00Z',
      '2026-11-01 04:00 / 2026-12-01 05:00',
    ],
  ];
  it.each(cases)('%s', async (_, told, at, bounds) => {
    const orgId = await makeBilledOrg(db, { ...told, prices: [{ meter: 'calls', price: unit() }] });
    await addUsage(db, orgId, [{ quantity: 1, at }]);
    await rateNight(worker, at.replace('T00:00', 'T23:00'));
    expect(await periodsOf(orgId)).toEqual([bounds]);
  });

  it('keeps a period under way when the org moves, and runs the next from its end, whichever was rated first', async () => {
    const months = ['2026-04-10T00:00:00Z', '2026-05-10T00:00:00Z', '2026-06-10T00:00:00Z'];
    const bounds = [
      '2026-03-31 22:00 / 2026-04-30 22:00',
      '2026-04-30 22:00 / 2026-06-01 04:00',
      '2026-06-01 04:00 / 2026-07-01 04:00',
    ];
    for (const order of [months, months.toReversed()]) {
      const orgId = await makeBilledOrg(db, { zone: 'America/New_York', prices: [{ meter: 'calls', price: unit() }] });
      await db.query(
        "insert into org_zone values ($1, '2020-01-01', 'Europe/Berlin'), ($1, '2026-04-20', 'America/New_York')",
        [orgId],
      );
      for (const at of order) {
        await addUsage(db, orgId, [{ quantity: 1, at }]);
        await rateNight(worker, '2026-06-15T02:15:00Z');
      }
      expect(await periodsOf(orgId)).toEqual(bounds);
    }
  });

  it('keeps what was rated when the anchor day changes, and fills the room between', async () => {
    const orgId = await makeBilledOrg(db, {
      from: '2026-03-01T00:00:00Z',
      prices: [{ meter: 'calls', price: unit() }],
    });
    await addUsage(db, orgId, [{ quantity: 1, at: '2026-03-10T00:00:00Z' }]);
    await rateNight(worker, '2026-03-11T02:15:00Z');
    await db.query('update org set anchor_day = 15 where id = $1', [orgId]);
    const days = ['2026-03-20T00:00:00Z', '2026-04-05T00:00:00Z', '2026-04-20T00:00:00Z'];
    await addUsage(
      db,
      orgId,
      days.map((at) => ({ quantity: 1, at })),
    );
    await rateNight(worker, '2026-04-21T02:15:00Z');
    expect(await periodsOf(orgId)).toEqual([
      '2026-03-01 00:00 / 2026-04-01 00:00',
      '2026-04-01 00:00 / 2026-04-15 00:00',
      '2026-04-15 00:00 / 2026-05-15 00:00',
    ]);
    expect(await brokenBooks(db)).toEqual([]);
  });

  it('bills a fee in every period in which the plan holds the meter, and after missed nights for each of them', async () => {
    const orgId = await makeBilledOrg(db, {
      from: '2026-01-01T00:00:00Z',
      prices: [{ meter: 'seats', price: fee, until: '2026-06-01T00:00:00Z' }],
    });
    await rateNight(worker, '2026-01-01T02:15:00Z');
    await rateNight(worker, '2026-01-20T02:15:00Z');
    await rateNight(worker, '2026-08-20T02:15:00Z');
    expect((await short(orgId)).map(([month]) => month)).toEqual([
      '2026-01-01',
      '2026-02-01',
      '2026-03-01',
      '2026-04-01',
      '2026-05-01',
    ]);
    expect(await rateNight(worker, '2026-08-20T02:15:00Z')).toEqual([]);
  });

  it('applies a new price from the next period on', async () => {
    const orgId = await makeBilledOrg(db, {
      prices: [{ meter: 'calls', price: unit(), until: '2026-03-10T00:00:00Z' }],
    });
    await addPrice(db, `plan-${orgId}`, {
      meter: 'calls',
      price: unit({ unitPrice: '2' }),
      from: '2026-03-10T00:00:00Z',
    });
    await addUsage(
      db,
      orgId,
      ['2026-03-20T00:00:00Z', '2026-04-20T00:00:00Z'].map((at) => ({ quantity: 1, at })),
    );
    await rateNight(worker, '2026-04-21T02:15:00Z');
    expect((await linesOf(db, orgId)).map(({ amount }) => amount)).toEqual([100, 200]);
  });
});
