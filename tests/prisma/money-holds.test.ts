import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { closingPhase } from '#activities/closing/closing-phase';
import { ratingPhase } from '#activities/rating/rating-phase';
import { checkInvariants } from '#prisma/invariants';
import { useBooks } from '../support/books.ts';
import { acceptUsage, makeOrg } from '../support/events.ts';

const { admin, worker } = await useBooks({ statementTimeoutMs: 60_000, queryTimeoutMs: 65_000 });

const tiers = [
  { upTo: '10', unitPrice: '1.005', flatFee: '2' },
  { upTo: null, unitPrice: '0.333' },
];
const prices = {
  calls: { model: 'graduated', currency: 'EUR', tiers },
  peak: { model: 'volume', currency: 'EUR', tiers, minimumMinor: 500 },
  seats: { model: 'package', currency: 'USD', size: '5', price: '10', freeUnits: '2' },
  rows: { model: 'per_unit', currency: 'JPY', unitPrice: '0.7', maximumMinor: 3 },
};
const aggregations = { calls: 'sum', peak: 'max', seats: 'latest', rows: 'count' };

beforeAll(async () => {
  await admin.query("insert into plan (id, name) values ('basic', 'Basic')");
  for (const [meter, aggregation] of Object.entries(aggregations))
    await admin.query('insert into meter (id, name, aggregation) values ($1, $1, $2)', [meter, aggregation]);
  for (const [meter, price] of Object.entries(prices))
    await admin.query(
      "insert into plan_price (plan_id, meter, from_at, price) values ('basic', $1, '2025-11-01Z', $2)",
      [meter, JSON.stringify(price)],
    );
});

const hour = 60 * 60_000;
const start = Date.UTC(2025, 9, 1);
const at = fc.integer({ min: 0, max: 24 * 150 }).map((hours) => start + hours * hour);
const usage = fc.record({
  meter: fc.constantFrom('calls', 'peak', 'seats', 'rows', 'strange'),
  quantity: fc.integer({ min: 0, max: 30_000 }).map((thousandths) => thousandths / 1_000),
  at,
  correction: fc.boolean(),
});
const day = fc.integer({ min: 1, max: 150 }).map((days) => start + days * 24 * hour);
const step = fc.oneof(
  { weight: 4, arbitrary: usage.map((told) => ({ do: 'use' as const, told })) },
  { weight: 2, arbitrary: day.map((slot) => ({ do: 'rate' as const, slot })) },
  { weight: 1, arbitrary: day.map((slot) => ({ do: 'close' as const, slot })) },
);

test('whatever usage comes when, and however often it is rated and closed, it is rated once and adds up (M1 to M13)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Auckland'),
      async (steps, zone) => {
        const org = await makeOrg(admin);
        await admin.query('update org set time_zone = $2, anchor_day = 31, tax_rate = 0.19 where id = $1', [org, zone]);
        await admin.query("insert into org_plan (org_id, from_at, plan_id) values ($1, '2025-11-15Z', 'basic')", [org]);
        for (const one of steps) {
          if (one.do === 'use') await use(org, one.told);
          else await run(one.do === 'rate' ? ratingPhase(worker) : closingPhase(worker), org, one.slot);
        }
        await run(ratingPhase(worker), org, start + 151 * 24 * hour);
        const results = await checkInvariants(admin, { isQuiesced: false });
        expect(results.filter(({ violations }) => violations.length > 0)).toEqual([]);
      },
    ),
    { numRuns: 12 },
  );
  // What waits for its rating, the invariants leave out.
  const { rows } = await admin.query(
    'select (select count(*)::int from rating_mark) as waiting, (select count(*) > 20 from rated_period) as rated, (select count(*) > 0 from invoice_line where is_late) as late',
  );
  expect(rows).toEqual([{ waiting: 0, rated: true, late: true }]);
}, 120_000);

async function run(phase: ReturnType<typeof ratingPhase>, org: string, slotAt: number) {
  await phase.apply([org], { slot: new Date(slotAt).toISOString().slice(0, 10), at: slotAt, isForced: false });
}

async function use(
  org: string,
  { meter, quantity, at: from, correction }: { meter: string; quantity: number; at: number; correction: boolean },
) {
  const window = { windowStart: new Date(from).toISOString(), windowEnd: new Date(from + hour).toISOString() };
  if (!correction) {
    await applyEvents(worker, [await acceptUsage(admin, org, [{ meter, quantity: String(quantity), ...window }])], 'w');
    return;
  }
  const id = randomUUID();
  await admin.query(
    "insert into staff_command (org_id, id, kind, body, actor_type, actor, reason) values ($1, $2, 'correct_usage', $3, 'operator', 'ada', 'a test')",
    [org, id, JSON.stringify({ meter, quantity: quantity === 0 ? '1' : `-${quantity}`, ...window })],
  );
  await executeStaffCommand(worker, { orgId: org, id });
}
