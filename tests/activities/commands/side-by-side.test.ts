import { expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { ratingPhase } from '#activities/rating/rating-phase';
import { acceptAll, type Told } from '../../support/events.ts';
import { expectBooks } from '#tests/support/invariants';
import { openCommandSite } from './command-site.ts';

const rounds = 12;
const leadIds = Array.from({ length: rounds }, (_, n) => `lead-${n}`);

function lead(leadId: string): Told[] {
  return [
    { type: 'lead.created', at: 0, data: { leadId, source: 'web' } },
    { type: 'lead.converted', at: 1, data: { leadId } },
  ];
}

/** What a tenant reports at once of a lead that staff price, and of an invoice of its own. */
function told(n: number): Told[] {
  const invoice = { invoiceId: `REP-${n % 3}`, currency: 'EUR' };
  return [
    { type: 'lead.created', at: 10 + n, data: { leadId: leadIds[n], source: 'web', name: `name ${n}` } },
    {
      type: 'invoice.issued',
      at: 0,
      data: { ...invoice, stream: 'usage', amountMinor: 900, dueAt: '2026-02-01T00:00:00Z' },
    },
    { type: 'invoice.paid', at: 1 + n, data: { ...invoice, paymentId: `P-${n}`, amountMinor: 150 } },
  ];
}

test("events, the rating and orders of staff about one org stand in each other's way and never in a knot", async () => {
  const site = await openCommandSite();
  const { orgId, invoiceId } = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }]);
  await applyEvents(site.worker, await acceptAll(site.admin, orgId, leadIds.flatMap(lead)), 'w');
  const slot = { slot: '2026-11-24', at: Date.parse('2026-11-24T02:15:00Z'), isForced: false };
  const every = async (work: (n: number) => Promise<unknown>) => {
    for (let n = 0; n < rounds; n += 1) await work(n);
  };
  await Promise.all([
    every(async (n) => applyEvents(site.worker, await acceptAll(site.admin, orgId, told(n)), 'w')),
    every((n) => site.give(orgId, 'price_lead', { leadId: leadIds[n], feeMinor: '70', currency: 'EUR' })),
    every(() => site.give(orgId, 'add_leads', { leadIds })),
    every(() => site.give(orgId, 'add_leads', { leadIds: leadIds.toReversed() })),
    every(() => ratingPhase(site.worker).apply([orgId], slot)),
    every(() => site.give(orgId, 'credit_note', { invoiceId, amountMinor: '50' })),
  ]);
  await ratingPhase(site.worker).apply([orgId], slot);
  const lines = await site.read(
    "select source_key, amount_minor::int as minor from invoice_line where org_id = $1 and stream = 'leads'",
    [orgId],
  );
  expect(lines.map(({ minor }) => minor)).toEqual(leadIds.map(() => 70));
  expect(new Set(lines.map(({ source_key }) => source_key)).size).toBe(rounds);
  expect(
    await site.read('select due_minor::int as due from invoice where org_id = $1 and id = $2', [orgId, invoiceId]),
  ).toEqual([{ due: 1_000 - 50 * rounds }]);
  await expectBooks(site.admin);
  await site.close();
}, 60_000);
