import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayMs } from '#domain/instants';
import { comparisonOf } from '#portal/components/kpi/kpi';
import { presetWindow } from '#portal/lists/windows';
import { paths } from '#portal/paths';
import { summarizeAi } from '#portal/services/provider/ai-figures.service';
import { aiList } from '#portal/services/provider/ai-list';
import { readLevelCourses } from '#portal/services/provider/courses';
import { readStaffFigures } from '#portal/services/provider/staff.service';
import { seedBooks } from '../seed/books.ts';
import { seedEntities } from '../seed/entities.ts';
import { seedStocks } from '../seed/stocks.ts';
import { lists } from './listed.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
  const told = { now, orgs: 9, rows: 200, everyMs: 12 * 3_600_000 };
  await seedEntities(base.all, told);
  await seedBooks(base.all, told);
  await base.all.query(
    `delete from ai_alert; insert into ai_alert (org_id, month, level, fired_at)
     select 'org-' || o, m, l, at::timestamptz from (values
       (0, '2026-11-01'::date, 75, '2026-11-02'), (1, '2026-11-01', 75, '2026-11-20'), (1, '2026-11-01', 90, '2026-11-21'),
       (0, '2026-10-01', 75, '2026-10-05'), (1, '2026-10-01', 75, '2026-10-06'), (2, '2026-10-01', 75, '2026-10-24T14:00Z'),
       (3, '2026-10-01', 75, '2026-10-24T15:00Z'), (0, '2026-10-01', 90, '2026-10-30')) a (o, m, l, at)`,
  );
  await base.all.query('update rated_period set late_at = null, late_rows = 0');
  await base.all.query(
    `update rated_period set late_at = case when org_id < 'org-3' then '2026-11-10' else '2026-10-11' end::timestamptz, late_rows = 4
     where meter = 'calls' and period_start = '2026-08-01' and org_id < 'org-5'`,
  );
}, 120_000);
afterAll(() => base.close());

const kept = [paths.usage, paths.usageUnrated, paths.federation, paths.billing];

async function kpi(path: string, id: string, params: Readonly<Record<string, string>> = {}) {
  const list = lists.find((one) => one.path === path);
  const found = (await list?.figures(params, now))?.find(({ metric }) => metric.id === id);
  if (!found) throw new Error(`${path} has no ${id}`);
  return found;
}

test('of what no day was kept yet, a cell says that nobody knows how it compares', async () => {
  await base.all.query('delete from stock_day');
  for (const path of kept)
    expect((await kpi(path, path === paths.usageUnrated ? 'all' : idOf(path))).change, path).toBe('unknown');
});

function idOf(path: string) {
  return { [paths.usage]: 'billable', [paths.federation]: 'due', [paths.billing]: 'gaps' }[path] ?? '';
}

test('what is kept of days is what a cell is compared with and drawn from, of all organisations and of one', async () => {
  await base.all.query('delete from stock_day');
  await seedStocks(base.all, now);
  const before = async (stock: string, column: string, org = '_provider') => {
    const { rows } = await base.all.query<{ told: string }>(
      `select coalesce(sum(${column}), 0)::text as told from stock_day where stock like $1 and day = '2026-10-24' and org_id = $2 and currency <> 'JPY'`,
      [stock, org],
    );
    return Number(rows[0]?.told);
  };
  for (const [path, id, stock, column] of [
    [paths.usage, 'billable', 'usage.billable', 'minor'],
    [paths.usage, 'unrated', 'usage.unrated:%', 'n'],
    [paths.usageUnrated, 'no_plan', 'usage.unrated:no_plan', 'n'],
    [paths.federation, 'due', 'keys.due', 'n'],
    [paths.billing, 'gaps', 'books.gaps', 'minor'],
  ] as const) {
    for (const org of [undefined, 'org-1']) {
      const cell = await kpi(path, id, org === undefined ? {} : { org });
      expect(comparisonOf(cell)?.previous, `${id} of ${org}`).toBe(await before(stock, column, org));
      expect(cell.parts, id).toHaveLength(31);
    }
  }
  const { courses, active } = await readStaffFigures(staffOf('provider'));
  expect(active).toBeGreaterThanOrEqual(0);
  expect(courses.get('staff.sessions')?.before?.count).toBe(await before('staff.sessions', 'n'));
  expect((await kpi(paths.usage, 'billable', { meter: 'calls' })).change).toBeUndefined();
});

test('late usage of the month is compared with what was counted as far into the month before', async () => {
  expect(comparisonOf(await kpi(paths.usage, 'late'))).toMatchObject({ value: 3, previous: 2 });
  const { parts = [] } = await kpi(paths.usage, 'late');
  expect(parts.reduce<number>((sum, part) => sum + (part ?? 0), 0)).toBe(3);
});

test('levels that organisations reached are told by day, and compared with as far into the month before', async () => {
  const window = presetWindow('30d', now, 'UTC');
  const summary = (params: Readonly<Record<string, string>>) =>
    summarizeAi(staffOf('provider'), aiList.parse(params, { zone: 'UTC', now }), window, window);
  const { reached } = await summary({});
  expect(reached.before).toEqual([3, 0, 0]);
  expect(reached.byDay).toEqual(Array.from({ length: 24 }, (_, day) => (day < 1 ? 0 : day < 19 ? 1 : 2)));
  expect((await summary({ org: 'org-1' })).reached).toMatchObject({ before: [1, 0, 0] });
  expect(reached.byDay.length * dayMs).toBeGreaterThan(now - Date.UTC(2026, 10, 1));
});

test('alerts that nobody has acknowledged, and muted ones, are compared with those that were so as far into the month before', async () => {
  await base.all.query(
    "update ai_alert set acknowledged_at = '2026-10-10' where org_id = 'org-0' and month = '2026-10-01' and level = 75",
  );
  await base.all.query(
    "update ai_alert set acknowledged_at = '2026-10-31' where org_id = 'org-1' and month = '2026-10-01'",
  );
  await base.all.query(
    "insert into ai_mute (org_id, month, muted_by, muted_at) values ('org-2', '2026-10-01', 'x', '2026-10-24'), ('org-0', '2026-10-01', 'x', '2026-10-30')",
  );
  expect(comparisonOf(await kpi(paths.aiAlerts, 'open'))).toMatchObject({ value: 3, previous: 2 });
  expect(comparisonOf(await kpi(paths.aiAlerts, 'muted'))).toMatchObject({ value: 0, previous: 1 });
});

test('cases that fail now are those of the newest runs, today too, compared with what failed when the range before was over', async () => {
  await base.all.query(
    `insert into evaluation_run (org_id, id, suite, passed, failed, completed_at, meta, version)
     select 'org-1', 'as-of-' || n, 'as-of', 9, f, at::timestamptz, jsonb_build_object('branch', b), 1 from (values
       (1, 'main', 5, '2026-10-01'), (2, 'main', 3, '2026-10-20'), (3, 'main', 4, '2026-11-10'), (4, 'main', 2, '2026-11-24T10:00Z'),
       (5, 'next', 7, '2026-10-24'), (6, 'next', 1, '2026-11-20'), (7, 'left', 6, '2026-08-01')) r (n, b, f, at)`,
  );
  const failing = await kpi(paths.devAids, 'failing', { suite: 'as-of' });
  expect(failing).toMatchObject({ value: '3', count: 2, change: { value: 3, previous: 10 } });
  const linked = lists.find((one) => one.path === paths.devAids);
  const told = Object.fromEntries(new URL(failing.href, 'http://portal').searchParams);
  expect((await linked?.read(told, now))?.rows.map(({ key }) => key.id)).toEqual(['org-1:as-of-4', 'org-1:as-of-6']);
  const ofDays = await kpi(paths.devAids, 'failing', { suite: 'as-of', from: '2026-11-01', to: '2026-11-20' });
  expect(ofDays).toMatchObject({ value: '1', count: 1 });
});

test('a figure that was never computed is not taken for none, beside one that was', async () => {
  await base.all.query("delete from metric_watermark where metric = 'leads.open_net'");
  await base.all.query("insert into metric_day_total (metric, day, n) values ('incidents.open_net', '2026-10-01', 3)");
  const { byName } = await readLevelCourses(base.all, ['leads.open_net', 'incidents.open_net'], [], now);
  expect(byName.get('incidents.open_net')?.before).toMatchObject({ count: 3 });
  expect(byName.get('leads.open_net')?.before).toBeUndefined();
});
