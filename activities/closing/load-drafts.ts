import type pg from 'pg';
import type { TotalledLine } from '#domain/billing/invoice-totals';
import type { Period } from '#domain/billing/periods';
import { streams } from '#domain/billing/streams';
import { readCreditOfOrgs } from '#prisma/credit-of-orgs';
import { groupBy } from '../billing/group-by.ts';
import { msOf } from '../instant-text.ts';

/** A month's draft of an org and a currency. */
export interface Draft {
  readonly orgId: string;
  readonly invoiceId: string;
  readonly currency: string;
  readonly period: Period;
  readonly discountMinor: bigint;
  /** Stopped by an invariant: it stays a draft, and its org due, until it is let go. */
  readonly isParked: boolean;
}

interface DraftRow {
  org_id: string;
  id: string;
  currency: string;
  start_ms: number;
  end_ms: number;
  discount_minor: string;
  is_parked: boolean;
}

export async function loadDrafts(client: pg.ClientBase, orgIds: readonly string[]): Promise<Draft[]> {
  const { rows } = await client.query<DraftRow>({
    name: 'drafts-to-close',
    text: `select org_id, id, currency, ${msOf('period_start')} as start_ms,
        ${msOf('period_end')} as end_ms, discount_minor,
        parked_at is not null as is_parked
      from invoice where org_id = any($1) and source = 'rated' and status = 'draft'`,
    values: [orgIds],
  });
  return rows.map((row) => ({
    orgId: row.org_id,
    invoiceId: row.id,
    currency: row.currency,
    period: { start: row.start_ms, end: row.end_ms },
    discountMinor: BigInt(row.discount_minor),
    isParked: row.is_parked,
  }));
}

/** What drafts charge, a sum per stream: their totals need no more, however many lines there are. By invoice id; none without lines. */
export async function loadSums(
  client: pg.ClientBase,
  drafts: readonly Draft[],
): Promise<Map<string, readonly TotalledLine[]>> {
  const { rows } = await client.query<{ invoice_id: string; stream: string; amount: string }>({
    name: 'load-draft-sums',
    text: `select l.invoice_id, l.stream, sum(l.amount_minor)::text as amount
      from unnest($1::text[], $2::text[]) as d(org_id, invoice_id) join invoice_line l on l.org_id = d.org_id and l.invoice_id = d.invoice_id
      group by l.invoice_id, l.stream`,
    values: [drafts.map(({ orgId }) => orgId), drafts.map(({ invoiceId }) => invoiceId)],
  });
  const byInvoice = groupBy(rows, ({ invoice_id }) => invoice_id);
  return new Map(
    [...byInvoice].map(([invoiceId, own]) => [
      invoiceId,
      own.map(({ stream, amount }) => ({ stream: streamNamed(stream), amountMinor: BigInt(amount) })),
    ]),
  );
}

/** What orgs have to their credit, by `orgAndCurrency`. */
export async function loadCredits(client: pg.ClientBase, orgIds: readonly string[]): Promise<Map<string, bigint>> {
  const credits = await readCreditOfOrgs(client, orgIds);
  return new Map(credits.map((credit) => [orgAndCurrency(credit), credit.minor]));
}

export function orgAndCurrency({ orgId, currency }: { readonly orgId: string; readonly currency: string }): string {
  return JSON.stringify([orgId, currency]);
}

function streamNamed(name: string): TotalledLine['stream'] {
  const stream = streams.find((known) => known === name);
  if (!stream) throw new Error('a draft has a line of no stream');
  return stream;
}
