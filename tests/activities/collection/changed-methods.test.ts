import { expect, test } from 'vitest';
import { applyCatalogue } from '#prisma/catalog-apply';
import { readCatalogueText } from '#prisma/catalog-file';
import { at, day, useSandbox } from './sandbox-site.ts';
import { caseOf, makeInvoice, makePayer, paymentsOf } from './world.ts';

const site = useSandbox();

async function changeByCatalogue(orgId: string, token: string, n: number): Promise<void> {
  const read = readCatalogueText(
    JSON.stringify({ orgs: { [orgId]: { paymentMethod: { provider: 'sandbox', token } } } }),
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(await applyCatalogue(site.world.admin, read.file, { at: at(n, '11'), by: 'ann' })).toMatchObject({ ok: true });
}

const ways = [
  ['staff', site.changeMethod],
  ['the catalogue', changeByCatalogue],
] as const;

test.each(ways)('steps whose day passed in a stop are used up where %s changes the method', async (_, change) => {
  const orgId = await makePayer(site.world, 'pm_declined_hard');
  const id = await makeInvoice(site.world, orgId);
  await site.world.tick(day(0));
  await change(orgId, 'pm_declined_soft', 6);
  for (const n of [6, 7, 8, 9, 10, 14, 15]) await site.world.tick(day(n, '12'));
  expect((await paymentsOf(site.world, id)).map(({ trigger }) => trigger)).toEqual([
    'collection',
    'new_method',
    'schedule',
    'schedule',
  ]);
  expect(await caseOf(site.world, id)).toMatchObject({
    state: 'exhausted',
    exhausted_on: '2026-11-16',
    steps_left: [],
  });
  // Nobody is told of steps that were used up, nor of what the new method was tried for at once.
  expect(await toldOf(id)).toEqual([0, 4, 5]);
});

test('each step is told as itself, also one that was missed and is made after a later one was used up', async () => {
  const orgId = await makePayer(site.world, 'pm_declined_soft');
  const id = await makeInvoice(site.world, orgId);
  await site.world.tick(day(0));
  // No slot for three days; then a stop, in which the step of the fifth day is used up.
  await site.changeMethod(orgId, 'pm_declined_hard', 4);
  await site.changeMethod(orgId, 'pm_declined_soft', 6);
  for (const n of [6, 7, 8]) await site.world.tick(day(n, '12'));
  expect(await toldOf(id)).toEqual([0, 1, 2, 4]);
  await site.world.tick(day(14));
  expect(await toldOf(id)).toEqual([0, 1, 2, 4, 5]);
});

async function toldOf(id: string): Promise<unknown[]> {
  const { rows } = await site.world.admin.query<{ step: number }>(
    'select distinct step from dunning_notice where case_id = $1 order by 1',
    [id],
  );
  return rows.map(({ step }) => step);
}

test.each(ways)(
  'a case whose last day passed in a stop is exhausted, whoever changes the method: %s',
  async (_, change) => {
    const orgId = await makePayer(site.world, 'pm_declined_hard', {
      policy: { retryDays: [1], graceDays: 9, endState: 'past_due' },
    });
    const id = await makeInvoice(site.world, orgId);
    await site.world.tick(day(0));
    await change(orgId, 'pm_declined_soft', 4);
    for (const n of [4, 5, 6]) await site.world.tick(day(n, '12'));
    expect((await paymentsOf(site.world, id)).map(({ trigger }) => trigger)).toEqual(['collection', 'new_method']);
    expect(await caseOf(site.world, id)).toMatchObject({
      state: 'exhausted',
      exhausted_on: '2026-11-03',
      steps_left: [],
    });
  },
);
