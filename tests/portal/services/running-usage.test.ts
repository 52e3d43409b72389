import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayMs, hourMs } from '#domain/instants';
import { usageList } from '#portal/services/provider/usage-list';
import { listPeriods, summarizeUsage } from '#portal/services/provider/usage.service';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const staff = staffOf('provider');
const at = (days: number) => new Date(now + days * dayMs);
const hoursAgo = (hours: number) => new Date(now - hours * hourMs);

let base: PortalBase;
beforeAll(async () => {
  base = await openPortalBase(now);
  await base.all.query("insert into org (id, name) values ('org-1', 'One'), ('org-2', 'Two')");
});
afterAll(() => base.close());

async function addWindow(org: string, meter: string, start: Date, end: Date) {
  await base.all.query(
    `insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at)
     values ($1, $2, $3, $4, 1, 1, 'EUR', $5)`,
    [org, meter, start, end, at(0)],
  );
}

async function addUsage(org: string, meter: string, start: Date, receivedAt: Date) {
  await base.all.query(
    `insert into usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at)
     values ($1, gen_random_uuid(), 0, $2, 1, $3, $3::timestamptz + interval '1 hour', $3, $4)`,
    [org, meter, start, receivedAt],
  );
}

test('how many windows of a meter reported is what their list counts, where they overlap and where usage lies ahead of one', async () => {
  // Of one meter the newer window alone has what came today, and the older one something of the day before yesterday.
  await addWindow('org-1', 'calls', at(-10), at(5));
  await addWindow('org-1', 'calls', at(-2), at(20));
  await addUsage('org-1', 'calls', at(-5), hoursAgo(50));
  await addUsage('org-1', 'calls', at(8), hoursAgo(1));
  // Both have what came today.
  await addWindow('org-2', 'calls', at(-10), at(5));
  await addWindow('org-2', 'calls', at(-9), at(3));
  await addUsage('org-2', 'calls', at(-1), hoursAgo(2));
  // Before its window, and none at all.
  await addWindow('org-2', 'seats', at(-3), at(3));
  await addUsage('org-2', 'seats', at(-4), hoursAgo(1));
  await addWindow('org-1', 'seats', at(-3), at(3));
  // Of one more meter, with nothing else of it.
  await addWindow('org-2', 'mails', at(-3), at(3));
  await addUsage('org-2', 'mails', at(-1), hoursAgo(3));
  await expectListed(4);
  await takeUsageMarks();
  await expectListed(4);
});

test('late, corrected and excluded usage is in that count at once, whether figures were made of it or not', async () => {
  // Of a window before the latest, today: the latest stands.
  await addUsage('org-1', 'calls', at(-6), hoursAgo(1));
  await expectListed(4);
  // Of a later window, days ago: nothing came in today any more.
  await addUsage('org-2', 'mails', at(-0.5), hoursAgo(30));
  await expectListed(3);
  await takeUsageMarks();
  await expectListed(3);
  // A row that is told anew, of another window.
  await base.all.query(
    "update usage_meter set window_start = window_start - interval '2 days' where meter = 'mails' and window_start = $1",
    [at(-0.5)],
  );
  await expectListed(4);
  await takeUsageMarks();
  await expectListed(4);
  // One that staff made count for nothing came in all the same.
  await base.all.query("update usage_meter set excluded_by = gen_random_uuid() where meter = 'mails'");
  await expectListed(4);
  await takeUsageMarks();
  await expectListed(4);
  // And a row of another meter from now on leaves none of its own.
  await base.all.query("update usage_meter set meter = 'letters' where meter = 'mails'");
  await expectListed(3);
  await takeUsageMarks();
  await expectListed(3);
});

/** What the job of figures does first. */
async function takeUsageMarks() {
  await base.all.query("delete from metric_mark where topic = 'usage'");
}

async function expectListed(reportingNow: number) {
  const query = (params: Record<string, string>) => usageList.parse(params, { zone: 'UTC', now });
  const listed = async (params: Record<string, string>) => (await listPeriods(staff, query(params))).count.value;
  for (const params of [{}, { org: 'org-1' }, { meter: 'calls' }]) {
    const { reporting, expected } = await summarizeUsage(staff, query(params));
    expect(reporting.count).toBe(await listed({ ...params, report: 'on' }));
    expect(expected).toBe(await listed({ ...params, report: 'on,silent' }));
  }
  expect((await summarizeUsage(staff, query({}))).reporting.count).toBe(reportingNow);
}
