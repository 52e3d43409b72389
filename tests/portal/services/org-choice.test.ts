import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOrgs, foundOrgsMax, namesOfOrgs } from '#portal/services/provider/orgs.service';
import { watchPlans } from './plan-watch.ts';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const orgs = 12_000;
const developer = staffOf('developer');
let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase();
  await base.all.query(
    `insert into org (id, name) select 'org-' || n, 'Company ' || lpad(n::text, 5, '0') from generate_series(1, ${orgs}) n;
     insert into org (id, name) values ('Zeta_1', '100% Nord'), ('zetaX1', 'a_b'), ('last', 'Zzyzx Traders')`,
  );
  await base.all.query('analyze org');
});
afterAll(() => base.close());

const ids = async (text: string) => (await findOrgs(developer, 'leads', text)).orgs.map(({ id }) => id);

test('of any number of organisations each is found by the beginning of its name or id, or by a part of either', async () => {
  expect(await ids('zzy')).toEqual(['last']);
  expect(await ids('TRADERS')).toEqual(['last']);
  expect(await ids(`Company ${orgs}`)).toEqual([`org-${orgs}`]);
  expect((await ids('org-12'))[0]).toBe('org-12');
  expect(await ids('Zeta')).toEqual(['Zeta_1', 'zetaX1']);
});

test('what begins so stands before what only has it; fifty are told, and that there are more', async () => {
  const first = await findOrgs(developer, 'leads', '');
  expect(first).toMatchObject({ hasMore: true });
  expect(first.orgs.map(({ name }) => name).slice(0, 3)).toEqual(['100% Nord', 'a_b', 'Company 00001']);
  expect(first.orgs).toHaveLength(foundOrgsMax);
  await base.all.query("insert into org (id, name) values ('n-1', 'Nord'), ('n-2', 'A north: Nord')");
  expect((await findOrgs(developer, 'leads', 'nord')).orgs.map(({ name }) => name)).toEqual([
    'Nord',
    '100% Nord',
    'A north: Nord',
  ]);
  expect(await findOrgs(developer, 'leads', 'nothing so')).toEqual({ orgs: [], hasMore: false });
});

test('signs of patterns and of SQL are only text', async () => {
  expect(await ids('%')).toEqual([]);
  expect(await ids('100%')).toEqual(['Zeta_1']);
  expect(await ids('a_b')).toEqual(['zetaX1']);
  expect(await ids('zeta_')).toEqual(['Zeta_1']);
  expect(await ids("x'; drop table org; --")).toEqual([]);
});

test('names are told of those that are asked for alone, and to whom the page is open', async () => {
  expect(await namesOfOrgs(developer, 'leads', ['last', 'nobody'])).toEqual({
    page: 'leads',
    orgs: [{ id: 'last', name: 'Zzyzx Traders' }],
  });
  await expect(findOrgs(developer, 'billing', 'zzy')).rejects.toThrow('access denied');
  await expect(namesOfOrgs(developer, 'billing', ['last'])).rejects.toThrow('access denied');
});

test('a search passes over no more organisations than it finds', async () => {
  const watch = watchPlans(base, 'org');
  for (const text of ['traders', 'co', 'org-119', ''])
    expect(await watch(() => findOrgs(developer, 'leads', text)), text).toEqual([]);
});
