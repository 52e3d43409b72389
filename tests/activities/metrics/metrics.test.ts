import { expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import type { SlotAt } from '#activities/jobs/job-phase';
import { metricsPhase } from '#activities/metrics/metrics-phase';
import { totalsPhase } from '#activities/metrics/totals-phase';
import { mrrAt } from '#domain/billing/mrr';
import { cohortsOf } from '#domain/billing/cohorts';
import { metricNames } from '#domain/metrics';
import { createPool } from '#prisma/pool';
import { useBooks } from '../../support/books.ts';
import { acceptAll, makeOrg } from '../../support/events.ts';
import { loadMrrChanges } from '../../support/mrr-changes.ts';
import { rollUpMetrics } from '../../support/roll-up.ts';
import { waitingForLock } from '../../support/waiting.ts';
import { historyDays, jobWaits, randomHistory, seeded } from './histories.ts';

const { url, admin, worker } = await useBooks(jobWaits);

const slot = slotAt('2026-05-05T03:30:00Z');

function slotAt(at: string): SlotAt {
  return { slot: at.slice(0, 16), at: Date.parse(at), isForced: false };
}

const rollUp = (as: SlotAt = slot) => rollUpMetrics(worker, as);

async function happen(org: string, told: Parameters<typeof acceptAll>[2]): Promise<void> {
  await applyEvents(worker, await acceptAll(admin, org, told), 'event:test');
}

async function read<T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
  const { rows } = await admin.query<T>(sql, [...values]);
  return rows;
}

/** Of one moment, and but for the days that are marked. */
const differing = "select * from metric_differences('2025-12-01', '2026-09-01')";

async function expectSourceSaysTheSame(): Promise<void> {
  expect(await read(differing)).toEqual([]);
  expect(
    await read(`select * from (select metric, day, currency, sum(n)::bigint as n, sum(minor)::bigint as minor from metric_day group by 1, 2, 3) s
      full join (select * from metric_day_total where metric not like 'all.%') t using (metric, day, currency) where (s.n, s.minor) is distinct from (t.n, t.minor)`),
  ).toEqual([]);
}

test.each([11, 12, 13])(
  'after a random history that comes in any order, figures are what their source says (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    const orgs = await Promise.all([makeOrg(admin), makeOrg(admin)]);
    for (let round = 0; round < 4; round++) {
      for (const org of orgs) await happen(org, randomHistory(random, 60));
      await rollUp();
      expect(await read("select * from metric_mark where topic <> 'ai'")).toEqual([]);
      await expectSourceSaysTheSame();
    }
    expect(await read('select org_id from ai_monthly_summary limit 1')).toHaveLength(1);
    // What was there in between is no part of the figures.
    const before = await read('select * from metric_day order by metric, day, org_id, currency');
    await admin.query(
      "insert into metric_mark (org_id, topic, day) select org_id, topic, day from (select distinct org_id, day from metric_day) d, unnest(array['leads', 'subscriptions', 'addons', 'incidents', 'ledger', 'invoices', 'payments', 'ai', 'usage']) as topic",
    );
    await rollUp();
    expect(await read('select * from metric_day order by metric, day, org_id, currency')).toEqual(before);
  },
);

test.each([
  ['leads.received', 'n', 'select count(*) from lead'],
  ['leads.converted', 'n', "select count(*) from lead where status = 'converted'"],
  ['leads.fees', 'minor', "select sum(fee_minor) from lead where status = 'converted'"],
  ['usage.rows', 'n', 'select count(*) from usage_meter'],
  ['addons.sold', 'minor', 'select sum(amount_minor) from addon_purchase'],
  ['addons.refunded', 'minor', 'select sum(refunded_minor) from addon_purchase'],
  ['incidents.opened', 'n', 'select count(*) from incident'],
  ['incidents.resolved', 'n', "select count(*) from incident where status = 'resolved'"],
  ['invoices.issued', 'minor', 'select sum(total_minor) from invoice'],
  ['invoices.paid', 'n', "select count(*) from invoice where status = 'paid'"],
  ['payments.succeeded', 'minor', "select sum(amount_minor) from payment where status = 'succeeded'"],
  ['receivable.net', 'minor', "select sum(amount_minor) from billing_ledger where account = 'receivable'"],
  ['credit.net', 'minor', 'select sum(overpaid_minor) from invoice'],
  ['cash.in', 'minor', "select sum(amount_minor) from billing_ledger where account = 'cash' and amount_minor > 0"],
  ['revenue.usage', 'minor', "select sum(total_minor - refunded_minor) from invoice where stream = 'usage'"],
  ['ai.credits', 'minor', 'select sum(credits) * 1000000 from ai_usage_event'],
  ['subscriptions.canceled', 'n', "select count(*) from subscription_change where action = 'subscription.canceled'"],
])('all days of %s come to what the whole source does', async (metric, column, source) => {
  const [told] = await read<{ rolled: string; whole: string }>(
    `select (select sum(${column}) from metric_day_total where metric = $1)::bigint::text as rolled, (${source})::bigint::text as whole`,
    [metric],
  );
  expect(Number(told?.whole)).toBeGreaterThan(0);
  expect(told?.rolled).toBe(told?.whole);
});

test('a level is the sum of its changes, and a cohort is for good', async () => {
  const changes = await loadMrrChanges(admin);
  expect(changes.length).toBeGreaterThan(50);
  for (const day of [1, 20, 45, 90, historyDays]) {
    const end = Date.UTC(2026, 0, 1 + day);
    const [eur] = mrrAt(changes, end - 1);
    const [told] = await read<{ minor: string; orgs: string }>(
      "select coalesce(sum(minor), 0)::text as minor, coalesce(sum(n), 0)::text as orgs from metric_day_total where metric = 'mrr.net' and currency = 'EUR' and day < $1",
      [new Date(end).toISOString().slice(0, 10)],
    );
    expect(BigInt(told?.minor ?? 0)).toBe(eur?.amountMinor ?? 0n);
  }
  const cohorts = cohortsOf(changes, 1, Date.UTC(2027, 0, 1)).map(({ month, currency, orgs }) => ({
    month,
    currency,
    orgs,
  }));
  expect(
    await read(
      "select to_char(month, 'YYYY-MM') as month, currency, count(*)::int as orgs from mrr_cohort group by 1, 2 order by 1, 2",
    ),
  ).toEqual(cohorts);
});

test('an event that comes late turns what was new into an expansion', async () => {
  const org = await makeOrg(admin);
  const created = (subscriptionId: string, priceMinor: number) => ({
    subscriptionId,
    plan: 'p',
    status: 'active',
    priceMinor,
    currency: 'GBP',
    interval: 'month',
  });
  await happen(org, [{ type: 'subscription.created', at: 20 * 1_440, data: created('B', 500) }]);
  await rollUp();
  await happen(org, [{ type: 'subscription.created', at: 10 * 1_440, data: created('A', 300) }]);
  await rollUp();
  expect(
    await read(
      "select metric, day::text, n::int, minor::int from metric_day where org_id = $1 and metric like 'mrr.%' order by day, metric",
      [org],
    ),
  ).toEqual([
    { metric: 'mrr.net', day: '2026-01-11', n: 1, minor: 300 },
    { metric: 'mrr.new', day: '2026-01-11', n: 1, minor: 300 },
    { metric: 'mrr.expansion', day: '2026-01-21', n: 1, minor: 500 },
    { metric: 'mrr.net', day: '2026-01-21', n: 0, minor: 500 },
  ]);
  expect(await read('select month::text from mrr_cohort where org_id = $1', [org])).toEqual([{ month: '2026-01-01' }]);
});

test('S7: payments during roll-ups: at every moment the figures are what their source says of all but what waits for the next, and each has all that came before it', async () => {
  const orgs = await Promise.all(Array.from({ length: 6 }, () => makeOrg(admin)));
  const paymentsIn = async (sql: string) => (await read<{ n: number }>(`select ${sql}`, [orgs]))[0]?.n ?? 0;
  const paid = () => paymentsIn("count(*)::int as n from payment where status = 'succeeded' and org_id = any ($1)");
  let isPaying = true;
  const paying = Promise.all(
    orgs.map(async (org, which) => {
      for (let n = 0; n < 25; n++) {
        const paid = { invoiceId: `X-${n % 4}`, paymentId: `Y-${n}`, amountMinor: 100 + n, currency: 'EUR' };
        await happen(org, [{ type: 'invoice.paid', at: 1_440 * ((n + which) % 3), data: paid }]);
      }
    }),
  ).finally(() => {
    isPaying = false;
  });
  let runs = 0;
  while (isPaying) {
    const before = await paid();
    const rolling = Promise.all([rollUp(), rollUp()]);
    expect(await read(differing)).toEqual([]);
    await rolling;
    expect(await read(differing)).toEqual([]);
    const rolled = await paymentsIn(
      "coalesce(sum(n), 0)::int as n from metric_day where metric = 'payments.succeeded' and org_id = any ($1)",
    );
    expect(rolled).toBeGreaterThanOrEqual(before);
    expect(rolled).toBeLessThanOrEqual(await paid());
    runs += 1;
  }
  await paying;
  await rollUp();
  expect(runs).toBeGreaterThan(1);
  await expectSourceSaysTheSame();
  expect(
    await read(
      "select sum(n)::int as n, sum(minor)::int as minor from metric_day where metric = 'payments.succeeded' and org_id = any ($1)",
      [orgs],
    ),
  ).toEqual([{ n: 150, minor: 6 * (25 * 100 + 300) }]);
});

test('of two roll-ups of an org at once the one that has seen less writes first', async () => {
  const org = await makeOrg(admin);
  const slow = createPool({ url, role: 'worker', max: 1, applicationName: 'slow', ...jobWaits });
  const holder = await admin.connect();
  // The slow one stops after its statement has begun, with what it then saw.
  await admin.query(`create function hold_slow() returns trigger language plpgsql as $$ begin
      if current_setting('application_name') = 'slow' then perform pg_advisory_xact_lock(4711); end if; return null; end $$;
    create trigger hold before insert on metric_day for each statement execute function hold_slow()`);
  try {
    await holder.query('begin; select pg_advisory_xact_lock(4711)');
    await happen(org, [{ type: 'lead.created', data: { leadId: 'one', source: 'web' } }]);
    const first = metricsPhase(slow).apply([org], slot);
    await expect.poll(() => waitingForLock(admin, '%metrics_of_leads%')).toBe(1);
    await happen(org, [{ type: 'lead.created', data: { leadId: 'two', source: 'web' } }]);
    let isSecondDone = false;
    const second = metricsPhase(worker)
      .apply([org], slot)
      .then(() => (isSecondDone = true));
    await expect.poll(async () => isSecondDone || (await waitingForLock(admin, '%org_billing%')) === 1).toBe(true);
    await holder.query('commit');
    await Promise.all([first, second]);
  } finally {
    await holder.query('rollback');
    holder.release();
    await slow.end();
    await admin.query('drop trigger hold on metric_day');
  }
  await rollUp();
  expect(await read("select n::int from metric_day where metric = 'leads.received' and org_id = $1", [org])).toEqual([
    { n: 2 },
  ]);
});

test('a roll-up that is undone leaves its marks for the next', async () => {
  const org = await makeOrg(admin);
  await happen(org, [{ type: 'lead.created', data: { leadId: 'undone', source: 'web' } }]);
  await admin.query(`create function refuse_figures() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger refuse before insert on metric_day for each statement execute function refuse_figures()`);
  await expect(metricsPhase(worker).apply([org], slot)).rejects.toThrow('no');
  await admin.query('drop trigger refuse on metric_day');
  expect(await read('select count(*)::int as n from metric_mark where org_id = $1', [org])).toEqual([{ n: 1 }]);
  await rollUp();
  await expectSourceSaysTheSame();
});

test('the watermark is the slot, or the oldest change that is not in the figures yet, and an older slot takes nothing back', async () => {
  const through = async (metric: string) =>
    (await read<{ through: Date }>('select through from metric_watermark where metric = $1', [metric]))[0]?.through;
  await rollUp(slotAt('2026-05-06T00:00:00Z'));
  const org = await makeOrg(admin);
  await happen(org, [{ type: 'lead.created', data: { leadId: 'behind', source: 'web' } }]);
  await admin.query("update metric_mark set at = '2026-05-05T23:00:00Z' where org_id = $1", [org]);
  await totalsPhase(worker, () => slot.at).apply(['_provider'], slotAt('2026-05-06T00:05:00Z'));
  expect(await through('leads.received')).toEqual(new Date('2026-05-05T23:00:00Z'));
  expect(await through('cash.in')).toEqual(new Date('2026-05-06T00:05:00Z'));
  await rollUp(slotAt('2026-05-06T00:10:00Z'));
  await rollUp(slotAt('2026-05-01T00:00:00Z'));
  expect(await through('leads.received')).toEqual(new Date('2026-05-06T00:10:00Z'));
  const known = await read<{ metric: string }>(
    "select metric from metric_watermark where metric <> 'all.trail' order by metric",
  );
  expect(known.map(({ metric }) => metric)).toEqual([...metricNames].toSorted());
});

test('every figure that is rolled up is in the table of metrics', async () => {
  const rolled = await read<{ metric: string }>('select distinct split_part(metric, $1, 1) as metric from metric_day', [
    ':',
  ]);
  expect(rolled.map(({ metric }) => metric).filter((metric) => !metricNames.some((name) => name === metric))).toEqual(
    [],
  );
});
