import { afterAll, beforeAll, expect, test } from 'vitest';
import { viewsMax } from '#portal/lists/list-layout';
import { systemViews } from '#portal/lists/system-views';
import { paths } from '#portal/paths';
import { countValues, countViews } from '#portal/services/provider/view-counts';
import { deleteView, keepLayout, readLayout, saveView } from '#portal/services/provider/views.service';
import type { Staff } from '#portal/auth/session';
import type { StaffRole } from '#portal/auth/access';
import { seedEntities } from '../seed/entities.ts';
import { lists } from './listed.ts';
import { openPortalBase, signedIn } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14);
const view = { name: 'Web', isShared: false, params: 'source=web', columns: ['status'] };

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
  await seedEntities(base.all, { now, orgs: 3, rows: 60, everyMs: 3_600_000 });
});
afterAll(() => base.close());

const member = (...roles: StaffRole[]): Promise<Staff> => signedIn(base.all, ...roles);

async function idOf(saved: ReturnType<typeof saveView>) {
  const outcome = await saved;
  if (outcome === 'too_many') throw new Error('too many views');
  return outcome.id;
}

const audited = async ({ email }: Staff) => {
  const { rows } = await base.all.query('select action, subject from audit_log where actor = $1 order by seq', [email]);
  return rows.map(({ action, subject }) => `${action} ${subject}`);
};

test('T6: a private view is its maker’s alone; a shared one is read by all who see the list, and deleted by its maker', async () => {
  const [maker, other] = [await member('provider'), await member('developer')];
  const own = await idOf(saveView(maker, paths.leads, view));
  const shared = await idOf(saveView(maker, paths.leads, { ...view, name: 'Shared', isShared: true }));
  const seen = async (staff: Staff, list: string) => (await readLayout(staff, list)).views.map(({ id }) => id);
  expect(await seen(maker, paths.leads)).toEqual([shared, own]);
  expect(await seen(other, paths.leads)).toEqual([shared]);
  expect(await seen(other, paths.incidents)).toEqual([]);
  expect(await deleteView(other, paths.leads, shared)).toBe(false);
  expect(await deleteView(maker, paths.incidents, shared)).toBe(false);
  expect(await deleteView(maker, paths.leads, shared)).toBe(true);
  expect(await seen(other, paths.leads)).toEqual([]);
  expect(await audited(maker)).toEqual([
    'view.saved list/provider/leads',
    'view.saved list/provider/leads',
    'view.deleted list/provider/leads',
  ]);
  expect(await audited(other)).toEqual([]);
});

test('saving under a name that is there replaces that view, and no more than fifty are kept', async () => {
  const staff = await member('accountant');
  const first = await idOf(saveView(staff, paths.leads, view));
  expect(await idOf(saveView(staff, paths.leads, { ...view, params: 'source=fair' }))).toBe(first);
  for (let n = 1; n < viewsMax; n++) await saveView(staff, paths.leads, { ...view, name: `View ${n}` });
  expect(await saveView(staff, paths.leads, { ...view, name: 'One more' })).toBe('too_many');
  const { views } = await readLayout(staff, paths.leads);
  expect(views).toHaveLength(viewsMax);
  expect(views.find(({ id }) => id === first)?.params).toBe('source=fair');
});

test('T7, T32: columns and the pace of reading again are kept each by itself, per member and list', async () => {
  const [staff, other] = [await member('provider'), await member('provider')];
  await keepLayout(staff, paths.leads, { columns: ['status', 'org'] });
  await keepLayout(staff, paths.leads, { refreshS: 60 });
  expect(await readLayout(staff, paths.leads)).toMatchObject({ columns: ['status', 'org'], refreshS: 60 });
  await keepLayout(staff, paths.leads, { columns: [] });
  expect(await readLayout(staff, paths.leads)).toMatchObject({ columns: [], refreshS: 60 });
  expect(await readLayout(staff, paths.incidents)).toMatchObject({ columns: [], refreshS: 0 });
  expect(await readLayout(other, paths.leads)).toMatchObject({ columns: [], refreshS: 0 });
});

test('a list that a role hides has no layout, no views and no counts for it', async () => {
  const developer = await member('developer');
  await expect(readLayout(developer, paths.addons)).rejects.toThrow('access denied');
  await expect(saveView(developer, paths.addons, view)).rejects.toThrow('access denied');
  await expect(keepLayout(developer, '/provider/nowhere', {})).rejects.toThrow('access denied');
  await expect(countViews(paths.addons, { staff: developer, zone: 'UTC', now })).rejects.toThrow('access denied');
});

test('what a filter offers is counted as the list of each value is, beside its other filters', async () => {
  const staff = await member('provider');
  const [leads] = lists.filter(({ path }) => path === paths.leads);
  const asked = { params: 'source=web&status=new', name: 'status', values: ['new', 'converted'] };
  const counts = await countValues(paths.leads, asked, { staff, zone: 'UTC', now });
  for (const status of asked.values)
    expect(counts[status]).toEqual((await leads?.read({ source: 'web', status }, now))?.count);
  await expect(
    countValues(paths.addons, asked, { staff: await member('developer'), zone: 'UTC', now }),
  ).rejects.toThrow('access denied');
});

test('T6: the views that lists come with are counted as their lists are, and none has a parameter that its list does not know', async () => {
  const staff = await member('provider');
  for (const { path, read } of lists) {
    const counts = await countViews(path, { staff, zone: 'UTC', now });
    for (const [id, paramsOf] of Object.entries(systemViews(path))) {
      const { count } = await read(paramsOf({ year: 2026, month: 11, day: 24 }), now);
      expect(counts[id], `${path} ${id}`).toEqual(count);
    }
  }
});
