import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJobSite, type JobSite } from './job-site.ts';
import { createWork, makeIds } from './job-work.ts';

let site: JobSite;

beforeAll(async () => {
  site = await createJobSite();
}, 60_000);

afterAll(async () => {
  await site.close();
});

test('a job runs its phases one after another over pages of sets, and its slot, audit and Outcome say so', async () => {
  const first = await createWork(site.admin, 'first', { ids: makeIds(1_000), setSize: 50 });
  const second = await createWork(site.admin, 'second', { ids: makeIds(45), pageSize: 20 });
  const stop = await site.work({ 'nightly-rating': [first.phase, second.phase] });
  const result = await site.run('nightly-rating', '2026-11-23');
  expect(result).toEqual({
    job: 'nightly-rating',
    slot: '2026-11-23',
    outcome: 'done',
    slots: [{ slot: '2026-11-23', outcome: 'done', counts: { rows: 1_045, orgs: 1_045 } }],
  });
  expect(await site.slots('nightly-rating')).toMatchObject([{ slot: '2026-11-23', status: 'done' }]);
  expect(await site.audit('job.started')).toHaveLength(1);
  expect(await site.audit('job.finished')).toMatchObject([
    { orgId: '_provider', subject: 'nightly-rating/2026-11-23', detail: { outcome: 'done', counts: { rows: 1_045 } } },
  ]);
  await stop();
});
