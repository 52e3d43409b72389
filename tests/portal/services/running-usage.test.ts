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
  const query = (params: Record<string, string>) => usageList.parse(params, { zone: 'UTC', now });
  const listed = async (params: Record<string, string>) => (await listPeriods(staff, query(params))).count.value;
  for (const params of [{}, { org: 'org-1' }, { meter: 'calls' }]) {
    const { reporting, expected } = await summarizeUsage(staff, query(params));
    expect(reporting.count).toBe(await listed({ ...params, report: 'on' }));
    expect(expected).toBe(await listed({ ...params, report: 'on,silent' }));
  }
  expect((await summarizeUsage(staff, query({}))).reporting.count).toBe(3);
});
