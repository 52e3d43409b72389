import type pg from 'pg';
import type { LedgerEntry, LedgerFact } from '#domain/billing/ledger';
import type { EpochMs } from '#domain/instants';
import { instantText } from '../instant-text.ts';

/** What is booked at once, of one org and one currency. `entries` sum to 0; a transaction without any is left out. */
export interface LedgerTransaction {
  readonly orgId: string;
  /** Names what is booked once for ever, such as `issued:{invoice id}` or `paid:{invoice id}:{payment ref}`. */
  readonly transactionId: string;
  readonly fact: LedgerFact['fact'] | 'reported' | 'refund_failed';
  readonly invoiceId: string | undefined;
  readonly currency: string;
  readonly at: EpochMs;
  readonly entries: readonly LedgerEntry[];
  readonly reversalOf?: string;
}

/**
 * Books transactions, all with one statement; the database refuses what does not balance.
 * Key: (org, transaction, entry). One that is there already is a violation: its caller's own key should have found it before.
 */
export async function writeLedger(client: pg.ClientBase, transactions: readonly LedgerTransaction[]): Promise<void> {
  const rows = transactions.flatMap(rowsOf);
  if (rows.length === 0) return;
  await client.query({
    name: 'write-ledger',
    text: `insert into billing_ledger (org_id, transaction_id, entry, account, stream, invoice_id, amount_minor, currency, reversal_of, at, fact)
      select org_id, transaction_id, entry, account, stream, invoice_id, amount_minor, currency, reversal_of, at, fact
      from json_populate_recordset(null::billing_ledger, $1)`,
    values: [JSON.stringify(rows)],
  });
}

function rowsOf({ orgId, transactionId, fact, invoiceId, currency, at, entries, reversalOf }: LedgerTransaction) {
  return entries.map(({ account, stream, amountMinor }, index) => ({
    org_id: orgId,
    transaction_id: transactionId,
    entry: index + 1,
    account,
    stream,
    invoice_id: invoiceId,
    amount_minor: String(amountMinor),
    currency,
    reversal_of: reversalOf,
    at: instantText(at),
    fact,
  }));
}
