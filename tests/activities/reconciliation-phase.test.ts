import { afterAll, beforeAll, expect, test } from 'vitest';
import { reconciledPhase, reconciliationPhase } from '#activities/reconciliation/reconciliation-phase';
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
