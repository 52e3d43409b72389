import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '#prisma/pool';
import { presetWindow } from '#portal/lists/windows';
import { leadsList } from '#portal/services/provider/leads-list';
import { summarizeLeads } from '#portal/services/provider/lead-figures.service';
import { jobWaits } from '#tests/activities/metrics/histories';
import { rollUpMetrics } from '#tests/support/roll-up';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const slot = { slot: '2026-11-24T14:00', at: now, isForced: false };
const window = presetWindow('30d', now, 'UTC');

let base: PortalBase;
let worker: pg.Pool;

beforeAll(async () => {
  base = await openPortalBase(now);
  worker = createPool({ url: base.url, role: 'worker', max: 4, applicationName: 'test', ...jobWaits });
  await base.all.query("insert into org (id, name) values ('org-1', 'One'), ('org-2', 'Two')");
  await base.all.query(
    `insert into lead (org_id, id, status, source, created_at, received_at, converted_at, version)
     select 'org-' || n % 2 + 1, 'L-' || n, 'converted', (array['a', 'a/b', 'a/b/7', 'c'])[n % 4 + 1], at, at, at + n % 50 * interval '1 hour', 1
     from (select n, $1::timestamptz - (5 + n % 20) * interval '1 day' as at from generate_series(1, 16000) n) s`,
    [new Date(now)],
  );
  await rollUpMetrics(worker, slot);
});
afterAll(async () => {
  await worker.end();
  await base.close();
});

/** Those of named organisations are counted, those of all are kept by days. */
const counted = { org: 'org-1,org-2' };

async function wonOf(params: Readonly<Record<string, string>>) {
  const query = leadsList.parse(params, { zone: 'UTC', now });
  const { converted, time } = await summarizeLeads(staffOf('provider'), query, window);
  return { converted, times: [time.medianMs, time.beforeMs] };
}

/** Times are kept by steps, the middle of which is at most 4.5 % away. */
async function expectKept(source: string) {
  const [kept, live] = [await wonOf({ source }), await wonOf({ source, ...counted })];
  expect(kept.converted).toEqual(live.converted);
  expect(kept.converted.count).toBe(12_000);
  const near = live.times.map((ms) => (ms === undefined ? undefined : expect.closeTo(ms, -Math.log10(ms * 0.1))));
  expect(kept.times).toEqual(near);
  return kept;
}

test('what was converted of sources is kept by days, also where one begins as another does', async () => {
  await expectKept('a,a/b/7,c');
  const before = await expectKept('a,a/b,c');
  await base.all.query("update lead set converted_at = created_at + interval '1 minute' where source = 'c'");
  expect(await wonOf({ source: 'a,a/b,c' })).toEqual(before);
  await rollUpMetrics(worker, slot);
  const after = await expectKept('a,a/b,c');
  expect(after.times[0]).toBeLessThan(before.times[0] ?? 0);
});
