import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySql } from '#portal/exports/copy-sql';
import { presetWindow } from '#portal/lists/windows';
import { jobsList, jobStatuses } from '#portal/services/provider/jobs-list';
import { getJobSlot, jobSlotsSource, listJobSlots, summarizeJobs } from '#portal/services/provider/jobs.service';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const developer = staffOf('developer');
let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
  // Two jobs begin at the same instant, hour after hour.
  await base.all.query(
    `insert into job_slot (job, slot, status, holder, started_at, touched_at, finished_at)
     select job, to_char(at, 'YYYY-MM-DD"T"HH24'), ($1::text[])[1 + n % 5], 'run-' || n, at, at, at
     from unnest(array['dunning', 'invariants']) job, generate_series(1, 40) n, lateral (select '2026-11-23T00:00Z'::timestamptz + n * interval '50 minutes') t (at)
     on conflict do nothing`,
    [jobStatuses],
  );
}, 60_000);
afterAll(() => base.close());

const query = (params: Record<string, string>) => jobsList.parse(params, { zone: 'UTC', now });

test('slots of jobs are paged both ways, each once, filtered as their figures count them, and exported whole', async () => {
  const all = (await listJobSlots(developer, query({ size: '100' }))).rows.map(({ key }) => key.id);
  const first = await listJobSlots(developer, query({ size: '25' }));
  const second = await listJobSlots(developer, query({ size: '25', after: first.next ?? '' }));
  expect([...first.rows, ...second.rows].map(({ key }) => key.id)).toEqual(all.slice(0, 50));
  const back = await listJobSlots(developer, query({ size: '25', before: second.previous ?? '' }));
  expect(back.rows).toEqual(first.rows);
  expect((await getJobSlot(developer, all[0] ?? ''))?.key.id).toBe(all[0]);
  expect(await getJobSlot(developer, 'nothing:2026')).toBeUndefined();
  const told = query({ job: 'dunning', from: '2026-11-23', to: '2026-11-23' });
  const figures = await summarizeJobs(developer, told, presetWindow('yesterday', now, 'UTC'));
  expect(figures.slots.count).toBe((await listJobSlots(developer, told)).count.value);
  const partial = await listJobSlots(developer, { ...told, filters: { ...told.filters, statuses: ['partial'] } });
  expect(figures.partial.count).toBe(partial.count.value);
  const copied = copySql(jobSlotsSource, query({}), [{ name: 'slot', sql: `t.job || ':' || t.slot` }]);
  const { rows } = await base.portal.query<{ slot: string }>(
    copied.replace(/^copy \(/, '').replace(/\) to stdout.*$/s, ''),
  );
  expect(rows.map(({ slot }) => slot)).toEqual(all);
});
