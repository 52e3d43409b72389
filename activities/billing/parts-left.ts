import type pg from 'pg';
import type { PartAmounts } from '#domain/billing/invoice-totals';

/** What is left of an invoice's streams and tax after refunds and credit notes: what the ledger has of it. Read under the org's lock. */
export async function partsLeft(client: pg.ClientBase, orgId: string, invoiceId: string): Promise<PartAmounts> {
  const { rows } = await client.query<{ part: string; minor: string }>({
    name: 'parts-left',
    text: `select coalesce(stream, account) as part, -sum(amount_minor) as minor from billing_ledger
      where org_id = $1 and invoice_id = $2 and account in ('revenue', 'tax') group by 1`,
    values: [orgId, invoiceId],
  });
  const of = (wanted: string) => BigInt(rows.find(({ part }) => part === wanted)?.minor ?? 0);
  return {
    leads: of('leads'),
    subscriptions: of('subscriptions'),
    usage: of('usage'),
    addons: of('addons'),
    ai: of('ai'),
    tax: of('tax'),
  };
}
