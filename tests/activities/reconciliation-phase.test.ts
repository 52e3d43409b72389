import { afterAll, beforeAll, expect, test } from 'vitest';
import { reconciledPhase, reconciliationPhase } from '#activities/reconciliation/reconciliation-phase';
import { ratingPhase } from '#activities/rating/rating-phase';
import { rollUpMetrics } from '#tests/support/roll-up';
import { openCommandSite, type CommandSite } from './commands/command-site.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
});
afterAll(() => site.close());

test('a night keeps each cell with the rows that differ, writes nothing twice, and lets go of what is no more', async () => {
  const { orgId, invoiceId } = await site.makeInvoice([{ stream: 'addons', minor: 700 }]);
  const slot = { slot: '2026-11-03', at: Date.parse('2026-11-03T02:15:00Z'), isForced: false };
  const phase = reconciliationPhase(site.worker);
  expect(await phase.due(slot, undefined)).toContain(orgId);
  expect(await phase.apply([orgId], slot)).toMatchObject({ orgsReconciled: 1, cellsDiffering: 1 });
  const cells = () =>
    site.read('select cell, gap_minor::int as gap, differing, xmin::text from reconciliation_cell where org_id = $1', [
      orgId,
    ]);
  const [first] = await cells();
  expect(first).toMatchObject({ cell: 'addons:EUR', gap: -700, differing: 1 });
  await phase.apply([orgId], slot);
  expect(await cells()).toEqual([first]);
  await site.admin.query('delete from invoice_line where invoice_id = $1', [invoiceId]);
  await phase.apply([orgId], slot);
  expect(await cells()).toEqual([]);
  await reconciledPhase(site.worker).apply(['_provider'], slot);
  const [mark] = await site.read("select through from metric_watermark where metric = 'reconciliation'");
  expect(mark).toEqual({ through: new Date(slot.at) });
});

test('an org that did not change is not read again, one that did is, and by force all are', async () => {
  const slot = { slot: '2026-11-04', at: Date.parse('2026-11-04T02:15:00Z'), isForced: false };
  const phase = reconciliationPhase(site.worker);
  const orgs = await Promise.all([1, 2, 3, 4].map(() => site.makeInvoice([{ stream: 'addons', minor: 700 }])));
  const ids = orgs.map(({ orgId }) => orgId);
  const due = async (as = slot) => (await phase.due(as, undefined)).filter((id) => ids.includes(id));
  const settle = async () => {
    await rollUpMetrics(site.worker, slot);
    await phase.apply(await phase.due(slot, undefined), slot);
  };
  expect(await due()).toEqual(ids.toSorted());
  await settle();
  expect(await due()).toEqual([]);
  const [untouched, told, rated, damaged] = orgs;
  // A row of the tenant's, before its figures are computed and after.
  await site.admin.query(
    "insert into addon_purchase (org_id, id, status, created_at, version) values ($1, 'late', 'purchased', now(), 1)",
    [told?.orgId],
  );
  expect(await due()).toEqual([told?.orgId]);
  await rollUpMetrics(site.worker, slot);
  expect(await due()).toEqual([told?.orgId]);
  await settle();
  expect(await due()).toEqual([]);
  // What time made due, and what nobody ordered.
  await ratingPhase(site.worker).apply([rated?.orgId ?? ''], slot);
  await site.admin.query('update invoice_line set amount_minor = 1 where invoice_id = $1', [damaged?.invoiceId]);
  expect(new Set(await due())).toEqual(new Set([rated?.orgId, damaged?.orgId]));
  await settle();
  expect(await due()).toEqual([]);
  // Nothing was lost: what differed still does.
  const cells = await site.read('select gap_minor::int as gap from reconciliation_cell where org_id = any ($1)', [
    [untouched?.orgId, damaged?.orgId],
  ]);
  expect(new Set(cells.map((cell) => cell['gap']))).toEqual(new Set([-700, -1]));
  expect(await due({ ...slot, isForced: true })).toEqual(ids.toSorted());
});
