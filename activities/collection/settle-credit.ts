import type pg from 'pg';
import { standingUses, type CreditUse } from '#domain/billing/credit';
import { pay, takeBack } from '#domain/billing/invoice';
import { entriesOf } from '#domain/billing/ledger';
import { isRefusal } from '#domain/billing/refusals';
import type { EpochMs } from '#domain/instants';
import { groupBy } from '../billing/group-by.ts';
import { instantText, msOf } from '../instant-text.ts';
import { note, putInvoice, type Book } from './book.ts';
import { decideBook, type Occasion } from './decide-book.ts';
import type { InvoiceName } from './names.ts';
import { readRows, type RowReader } from './rows.ts';
import { closedBy } from './settle-attempts.ts';
import type { Standing } from './standing.ts';

interface StoredUse extends InvoiceName, CreditUse {
  readonly currency: string;
  readonly freeMinor: bigint;
  readonly usedAt: EpochMs;
  /** How often it was changed so far. */
  readonly changes: number;
}

interface ChangedUse extends StoredUse {
  readonly willStandMinor: bigint;
}

/**
 * Brings what orgs' invoices were paid by credit in step with the credit that there is: takes back what was spent and is not there, and gives
 * it again. A change is dated as the use that it changes, so that the ledger is the same at every instant whatever order events came in.
 * Their orgs are locked, and what changed their credit is written. Key: the use, and how often it was changed.
 */
export async function settleCredit(
  client: pg.ClientBase,
  orgIds: readonly string[],
  occasion: Occasion,
): Promise<void> {
  const changed = changedUses(await readRows(client, usesQuery, [orgIds], useOfRow));
  if (changed.length === 0) return;
  await decideBook(client, changed, occasion, (book, standingOf) => {
    for (const use of changed) {
      const standing = standingOf(use);
      if (!standing) throw new Error('credit paid for an invoice that is not there');
      putUse(book, standing, use);
    }
  });
  await writeCreditPayments(client, changed);
}

function changedUses(uses: readonly StoredUse[]): ChangedUse[] {
  const accounts = groupBy(uses, ({ orgId, currency }) => JSON.stringify([orgId, currency]));
  return [...accounts.values()].flatMap((own) => {
    const stand = standingUses(own[0]?.freeMinor ?? 0n, own);
    return own
      .map((use, index) => ({ ...use, willStandMinor: stand[index] ?? use.standsMinor }))
      .filter(({ standsMinor, willStandMinor }) => standsMinor !== willStandMinor);
  });
}

function putUse(book: Book, standing: Standing, use: ChangedUse) {
  const { orgId, invoiceId, currency, standsMinor, willStandMinor, usedAt, changes } = use;
  const isTaken = willStandMinor < standsMinor;
  const amountMinor = isTaken ? standsMinor - willStandMinor : willStandMinor - standsMinor;
  const after = isTaken
    ? takeBack(standing.invoice, amountMinor, standing.isGivenUp)
    : pay(standing.invoice, amountMinor);
  if (isRefusal(after)) throw new Error(`credit cannot be settled: ${after.refused}`);
  const invoice = 'invoice' in after ? after.invoice : after;
  const isPaid = invoice.status === 'paid';
  const fact = isTaken ? 'credit_taken_back' : 'credit_used';
  const changed = putInvoice(book, standing, invoice, { paidAt: isPaid ? paidAtOf(standing, usedAt) : undefined });
  book.ledger.push({
    orgId,
    transactionId: `${fact}:${invoiceId}:${changes}`,
    fact,
    invoiceId,
    currency,
    at: usedAt,
    entries: entriesOf({ fact, amountMinor }),
  });
  note(book, standing, isTaken ? 'credit.taken_back' : 'credit.given_again', {
    amountMinor: String(amountMinor),
    dueMinor: String(invoice.dueMinor),
    currency,
    status: invoice.status,
  });
  if (!isPaid) return;
  closedBy(book, changed, 'paid');
}

/** When the last of what pays it came. */
function paidAtOf({ attempts }: Standing, usedAt: EpochMs): EpochMs {
  return Math.max(usedAt, ...attempts.flatMap(({ status, startedAt }) => (status === 'succeeded' ? [startedAt] : [])));
}

/** The payment by credit says what stands of it; what went whole is none. */
async function writeCreditPayments(client: pg.ClientBase, changed: readonly ChangedUse[]): Promise<void> {
  const rows = changed.map(({ orgId, invoiceId, currency, willStandMinor, usedAt }) => ({
    org_id: orgId,
    invoice_id: invoiceId,
    amount_minor: String(willStandMinor),
    currency,
    at: instantText(usedAt),
  }));
  await client.query({
    name: 'drop-credit-payments',
    text: `delete from payment p using json_populate_recordset(null::payment, $1) n
      where p.org_id = n.org_id and p.invoice_id = n.invoice_id and p.ref = 'credit' and n.amount_minor = 0`,
    values: [JSON.stringify(rows)],
  });
  await client.query({
    name: 'write-credit-payments',
    text: `insert into payment (org_id, invoice_id, ref, status, amount_minor, currency, method, at, settled_at)
      select org_id, invoice_id, 'credit', 'succeeded', amount_minor, currency, 'credit', at, at
      from json_populate_recordset(null::payment, $1) where amount_minor > 0
      on conflict (org_id, invoice_id, ref) do update set amount_minor = excluded.amount_minor`,
    values: [JSON.stringify(rows)],
  });
}

const usesQuery = `with credit as (
    select org_id, currency, -sum(amount_minor) as free from billing_ledger where org_id = any($1) and account = 'credit'
    group by org_id, currency having sum(amount_minor) <> 0)
  select c.org_id, c.currency, c.free, u.invoice_id, u.amount_minor as used, ${msOf('u.at')} as used_at, coalesce(p.amount_minor, 0) as stands,
    i.due_minor, r.refunded, n.changes
  from credit c
    join billing_ledger u on u.org_id = c.org_id and u.currency = c.currency and u.account = 'credit'
      and u.transaction_id = 'credit_used:' || u.invoice_id
    join invoice i on i.org_id = u.org_id and i.id = u.invoice_id
    left join payment p on p.org_id = u.org_id and p.invoice_id = u.invoice_id and p.ref = 'credit'
    cross join lateral (
      select coalesce(sum(r.amount_minor), 0) as refunded from refund r
      where r.org_id = u.org_id and r.invoice_id = u.invoice_id and r.payment_ref = 'credit' and r.status <> 'failed') r
    cross join lateral (
      select count(*)::int as changes from billing_ledger l
      where l.org_id = u.org_id and l.invoice_id = u.invoice_id and l.account = 'credit' and l.fact in ('credit_used', 'credit_taken_back')) n
  order by u.at, i.number`;

function useOfRow(row: RowReader): StoredUse {
  return {
    orgId: row.text('org_id'),
    invoiceId: row.text('invoice_id'),
    currency: row.text('currency'),
    freeMinor: row.minor('free'),
    usedMinor: row.minor('used'),
    usedAt: row.number('used_at'),
    standsMinor: row.minor('stands'),
    refundedMinor: row.minor('refunded'),
    dueMinor: row.minor('due_minor'),
    changes: row.number('changes'),
  };
}
