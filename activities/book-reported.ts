import type pg from 'pg';
import type { BilledStream } from '#domain/billing/streams';
import type { LedgerAccount } from '#domain/billing/ledger';
import { bookingsOf, type DatedEntry } from '#domain/billing/reported-ledger';
import { lockOrgs } from './billing/lock-orgs.ts';
import { writeLedger } from './billing/write-ledger.ts';
import { orgsOf } from './collection/names.ts';
import { settleCredit } from './collection/settle-credit.ts';
import type { Decisions, EntityLedger } from './decide.ts';
import { reportedInvoiceId } from './rows/invoice.ts';

/** Locks the orgs that have something to book, after the entities and before any row of the books. */
export async function lockReported(client: pg.ClientBase, ledgers: readonly EntityLedger[]): Promise<void> {
  if (ledgers.length > 0) await lockOrgs(client, [...new Set(ledgers.map(({ key }) => key.orgId))]);
}

/**
 * Books what reported invoices come to, as the difference to what the ledger holds of them: one read, one write for the whole set.
 * Their orgs are locked. Key: the deciding event, and how often it was decided.
 */
export async function bookReported(client: pg.ClientBase, ledgers: readonly EntityLedger[]): Promise<void> {
  if (ledgers.length === 0) return;
  const booked = await readBooked(client, ledgers);
  const transactions = ledgers.flatMap(({ key: { orgId, id }, entries, deciding: { eventId, decided } }) => {
    const invoiceId = reportedInvoiceId(id);
    const bookings = bookingsOf(entries, booked.get(nameOf(orgId, invoiceId)) ?? []);
    return bookings.map((booking, index) => ({
      ...booking,
      orgId,
      invoiceId,
      transactionId: `reported:${invoiceId}:${eventId}:${1 + (decided?.times ?? 0)}.${index + 1}`,
      fact: 'reported' as const,
    }));
  });
  await writeLedger(client, transactions);
}

/** What reported invoices bring or take of their orgs' credit is settled with the invoices that it paid for. */
export async function settleReported(
  client: pg.ClientBase,
  { ledgers, verdicts }: Decisions,
  workflowId: string,
): Promise<void> {
  if (ledgers.length === 0) return;
  const at = Math.max(...verdicts.map(({ stored }) => stored.receivedAt));
  const actor = { actorType: 'system', actor: workflowId } as const;
  await settleCredit(client, orgsOf(ledgers.map(({ key }) => key)), { at, actor, channels: [] });
}

interface BookedRow {
  org_id: string;
  invoice_id: string;
  account: LedgerAccount;
  stream: BilledStream | null;
  currency: string;
  at_ms: string;
  minor: string;
}

async function readBooked(client: pg.ClientBase, ledgers: readonly EntityLedger[]) {
  const { rows } = await client.query<BookedRow>({
    name: 'read-reported',
    text: `select l.org_id, l.invoice_id, l.account, l.stream, l.currency, (extract(epoch from l.at) * 1000)::bigint as at_ms,
        sum(l.amount_minor)::text as minor
      from unnest($1::text[], $2::text[]) as wanted(org_id, invoice_id)
      cross join lateral (select * from billing_ledger l where l.org_id = wanted.org_id and l.invoice_id = wanted.invoice_id offset 0) l
      group by 1, 2, 3, 4, 5, 6`,
    values: [ledgers.map(({ key }) => key.orgId), ledgers.map(({ key }) => reportedInvoiceId(key.id))],
  });
  const booked = new Map<string, DatedEntry[]>();
  for (const { org_id, invoice_id, account, stream, currency, at_ms, minor } of rows) {
    const name = nameOf(org_id, invoice_id);
    const entry = {
      account,
      ...(stream !== null && { stream }),
      currency,
      at: Number(at_ms),
      amountMinor: BigInt(minor),
    };
    const entries = booked.get(name);
    if (entries) entries.push(entry);
    else booked.set(name, [entry]);
  }
  return booked;
}

function nameOf(orgId: string, invoiceId: string): string {
  return `${orgId}/${invoiceId}`;
}
