import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import type { SlotAt } from '#activities/jobs/job-phase';
import { mrrFigures } from '#domain/billing/churn';
import { cohortsOf } from '#domain/billing/cohorts';
import { utcMonthAfter, utcMonthOf, utcMonthPeriod } from '#domain/billing/periods';
import { readCohorts, readMrrMonths, readMrrFiguresEach } from '#prisma/mrr-reads';
import { readMrrRetention } from '#prisma/mrr-retention';
import { createPool } from '#prisma/pool';
import { useBooks } from '../../support/books.ts';
import { acceptAll, makeOrg, type Told } from '../../support/events.ts';
import { loadMrrChanges } from '../../support/mrr-changes.ts';
import { rollUpMetrics } from '../../support/roll-up.ts';
import { jobWaits, seeded } from './histories.ts';

const { url, admin, worker } = await useBooks(jobWaits);
let portal: pg.Pool;

beforeAll(() => {
  portal = createPool({ url, role: 'portal', max: 4, applicationName: 'test' });
});
afterAll(async () => {
  await portal.end();
});

const minutesOfDay = 1_440;
/** On so many days something happens, as many before 2026 as after. */
const days = 400;
const dayAt = (day: number) => Date.UTC(2026, 0, 1 + day - days / 2);

/** Few subscriptions that come, change and go, in no order of time: what was known of an earlier month changes after later ones. */
function history(random: () => number, count: number): Told[] {
  const below = (max: number) => Math.floor(random() * max);
  return Array.from({ length: count }, () => {
    const subscriptionId = `S-${below(3)}`;
    const terms = { plan: 'team', status: 'active', currency: random() < 0.8 ? 'EUR' : 'USD', interval: 'month' };
    const told = [
      { type: 'subscription.created' as const, data: { subscriptionId, ...terms, priceMinor: 1_000 * (1 + below(9)) } },
      { type: 'subscription.updated' as const, data: { subscriptionId, priceMinor: 500 * below(20) } },
      { type: 'subscription.canceled' as const, data: { subscriptionId } },
    ][below(3)];
    if (!told) throw new Error('no event');
    // Bounds of days and months are met too.
    const at = random() < 0.3 ? below(days) * minutesOfDay : below(days * minutesOfDay);
    return { ...told, at: at - (days / 2) * minutesOfDay };
  });
}

test.each([21, 22])(
  'whatever comes in whatever order, figures, churn and cohorts of MRR are what the rules say of all changes (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    const orgs = await Promise.all(Array.from({ length: 6 }, () => makeOrg(admin)));
    for (let round = 0; round < 4; round++) {
      for (const org of orgs) await applyEvents(worker, await acceptAll(admin, org, history(random, 12)), 'event:test');
      const at = dayAt(days + 20);
      const slot: SlotAt = { slot: `${seed}-${round}`, at, isForced: false };
      await rollUpMetrics(worker, slot);
      const changes = await loadMrrChanges(admin);
      for (let n = 0; n < 12; n++) {
        const start = dayAt(Math.floor(random() * days)) + (n % 3 === 0 ? Math.floor(random() * 86_400_000) : 0);
        const range =
          n % 4 === 0 ? monthsFrom(start, n) : { start, end: start + 1 + Math.floor(random() * 200 * 86_400_000) };
        const both = [range, { start: range.start - 40 * 86_400_000, end: range.start }];
        const told = await readMrrFiguresEach(portal, both);
        expect(told.map(known)).toEqual(both.map((one) => known(mrrFigures(changes, one))));
        const some = orgs.slice(n % 3, 4);
        const own = changes.filter(({ orgId }) => some.includes(orgId));
        const ofSome = await readMrrFiguresEach(portal, both, some);
        expect(ofSome.map(known)).toEqual(both.map((one) => known(mrrFigures(own, one))));
      }
      const some = orgs.slice(0, 2);
      const own = changes.filter(({ orgId }) => some.includes(orgId));
      expect(await readCohorts(portal, 14, at)).toEqual(cohortsOf(changes, 14, at));
      expect(await readCohorts(portal, 14, at, { orgIds: some })).toEqual(cohortsOf(own, 14, at));
      const whole = { start: Date.UTC(2025, 5, 1), end: Date.UTC(2026, 7, 1) };
      const months = Array.from({ length: 14 }, (_, k) => utcMonthAfter('2025-06', k));
      const expected = months.flatMap((month) =>
        mrrFigures(changes, utcMonthPeriod(month)).map(
          ({ currency, startMinor, endMinor, logoChurn, netRetention }) => ({
            month,
            currency,
            startMinor,
            endMinor,
            logoChurn,
            netRetention,
          }),
        ),
      );
      const back = 5;
      const asOf = dayAt(Math.floor(random() * days)) + Math.floor(random() * 2) * 7_777_777;
      const running = utcMonthOf(asOf);
      const course = Array.from({ length: 4 }, (_, k) => utcMonthAfter(running, k - 3));
      for (const [orgIds, of] of [
        [undefined, changes],
        [some, own],
      ] as const) {
        const asked = { currency: 'EUR', months: course.map((month) => `${month}-01`), back, asOf, orgIds };
        const each = course.map((month) => {
          const { start } = utcMonthPeriod(utcMonthAfter(month, -back));
          const end = Math.min(utcMonthPeriod(month).end, asOf);
          const one = mrrFigures(of, { start, end }).find(({ currency }) => currency === 'EUR');
          return { net: one?.netRetention, gross: one?.grossRetention };
        });
        expect(await readMrrRetention(portal, asked)).toEqual(each);
      }
      const told = await readMrrMonths(portal, whole);
      expect(told.toSorted((a, b) => (a.month < b.month ? -1 : 1))).toEqual(expected);
    }
    expect(await admin.query("select from mrr_month where next_month < 'infinity'")).not.toHaveProperty('rowCount', 0);
  },
);

/** From the start of the month that holds an instant, so many months. */
function monthsFrom(at: number, count: number) {
  const month = new Date(at).toISOString().slice(0, 7);
  return { start: utcMonthPeriod(month).start, end: utcMonthPeriod(utcMonthAfter(month, count)).end };
}

/** A currency without MRR at either end, and none that moved, is told or not. */
function known(figures: ReturnType<typeof mrrFigures>) {
  return figures.filter(({ startMinor, endMinor, movements }) =>
    [startMinor, endMinor, ...Object.values(movements)].some((minor) => minor !== 0n),
  );
}
