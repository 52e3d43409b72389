import { hash } from 'node:crypto';
import type pg from 'pg';
import { monthOfLine, type InvoicedMonth } from '#domain/billing/drafts';
import { totalsOf, type InvoiceTotals } from '#domain/billing/invoice-totals';
import { billingMonths, periodAt, type Period } from '#domain/billing/periods';
import type { BilledStream } from '#domain/billing/streams';
import { localDateOf } from '#domain/billing/zones';
import { formatDecimal, type Decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { bigintArray, instantArray, textArray } from '../array-parameters.ts';
import { instantText, msOf } from '../instant-text.ts';
import { groupBy } from './group-by.ts';
import type { OrgTerms } from './load-terms.ts';

/** A line for the org's draft of a month and currency. */
export interface DraftLine {
  readonly orgId: string;
  /** Names the line once for ever, over all invoices of the org. */
  readonly sourceKey: string;
  /** The subscription, lead or purchase that it bills, such as `lead:{id}`; undefined for usage, which has its meter. */
  readonly source: string | undefined;
  readonly meter: string | undefined;
  readonly stream: BilledStream;
  readonly currency: string;
  readonly description: string;
  readonly quantity: Decimal;
  readonly amountMinor: bigint;
  /** What the line pays for: it goes on the draft of the month that holds its last instant. */
  readonly period: Period;
  readonly isLate: boolean;
  /** How it came about, the text of its JSON: made at once, since the values it is of would live until the lines are written. */
  readonly explanation: string;
}

type TermsOfLine = Pick<OrgTerms, 'taxRate' | 'zoneAt' | 'closedThrough'>;

interface Draft extends Period {
  readonly isNew: boolean;
  readonly orgId: string;
  readonly id: string;
  readonly currency: string;
  readonly ref: string;
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
}

/**
 * Puts lines on the drafts of their months, makes the drafts that are missing, and keeps their totals equal to their lines. The orgs are
 * locked. Key: (org, source key); a line that is there already is a violation, since its caller reads what was booked under the same lock.
 * @param at the business instant, kept with the rows
 */
export async function writeLines(
  client: pg.ClientBase,
  terms: ReadonlyMap<string, TermsOfLine>,
  lines: readonly DraftLine[],
  at: EpochMs,
): Promise<void> {
  if (lines.length === 0) return;
  const orgIds = [...new Set(lines.map(({ orgId }) => orgId))];
  const drafts = await loadDrafts(client, orgIds);
  const placed = groupBy(placeAll(terms, lines, drafts), ({ draft }) => draft);
  await writeDrafts(client, terms, placed, at);
  const rows = [...placed.values()].flat();
  const own = rows.map(({ line }) => line);
  await client.query({
    name: 'write-lines',
    text: `insert into invoice_line (created_at, org_id, invoice_id, source_key, stream, description, quantity, amount_minor, explanation, meter,
        period_start, period_end, is_late, source)
      select $1, org_id, invoice_id, source_key, stream, description, quantity::numeric, amount_minor, explanation::jsonb, meter, period_start, period_end,
        late is not null, source
      from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::text[],
          $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[])
        as l(org_id, invoice_id, source_key, stream, description, quantity, amount_minor, explanation, meter, period_start, period_end, late, source)`,
    values: [
      instantText(at),
      textArray(own.map(({ orgId }) => orgId)),
      textArray(rows.map(({ draft }) => draft.id)),
      textArray(own.map(({ sourceKey }) => sourceKey)),
      textArray(own.map(({ stream }) => stream)),
      textArray(own.map(({ description }) => description)),
      textArray(own.map(({ quantity }) => formatDecimal(quantity))),
      bigintArray(own.map(({ amountMinor }) => amountMinor)),
      textArray(own.map(({ explanation }) => explanation)),
      textArray(own.map(({ meter }) => meter)),
      instantArray(own.map(({ period }) => period.start)),
      instantArray(own.map(({ period }) => period.end)),
      textArray(own.map(({ isLate }) => (isLate ? 'late' : undefined))),
      textArray(own.map(({ source }) => source)),
    ],
  });
}

type PlacedByDraft = ReadonlyMap<Draft, readonly Placed[]>;

interface DraftWithTotals {
  readonly draft: Draft;
  readonly totals: InvoiceTotals;
}

/** Which there are is known under the lock. To insert them all and change those in conflict costs a sixth more, and twice the triggers. */
async function writeDrafts(
  client: pg.ClientBase,
  terms: ReadonlyMap<string, TermsOfLine>,
  placed: PlacedByDraft,
  at: EpochMs,
): Promise<void> {
  const drafts = [...placed].map(([draft, own]) => ({
    draft,
    totals: totalsWith(draft, own, terms.get(draft.orgId)),
  }));
  await insertDrafts(
    client,
    drafts.filter(({ draft }) => draft.isNew),
    at,
  );
  await changeDrafts(
    client,
    drafts.filter(({ draft }) => !draft.isNew),
  );
}

async function insertDrafts(client: pg.ClientBase, drafts: readonly DraftWithTotals[], at: EpochMs): Promise<void> {
  if (drafts.length === 0) return;
  await client.query({
    name: 'insert-drafts',
    text: `insert into invoice (source, status, version, org_id, id, subtotal_minor, discount_minor, tax_minor, total_minor, due_minor,
        created_at, ref, currency, period_start, period_end)
      select 'rated', 'draft', 1, org_id, id, subtotal_minor, discount_minor, tax_minor, total_minor, total_minor, $7, ref, currency,
        period_start, period_end
      from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $8::text[], $9::text[], $10::timestamptz[],
          $11::timestamptz[])
        as d(org_id, id, subtotal_minor, discount_minor, tax_minor, total_minor, ref, currency, period_start, period_end)`,
    values: [
      ...totalsColumns(drafts),
      instantText(at),
      textArray(drafts.map(({ draft }) => draft.ref)),
      textArray(drafts.map(({ draft }) => draft.currency)),
      instantArray(drafts.map(({ draft }) => draft.start)),
      instantArray(drafts.map(({ draft }) => draft.end)),
    ],
  });
}

async function changeDrafts(client: pg.ClientBase, drafts: readonly DraftWithTotals[]): Promise<void> {
  if (drafts.length === 0) return;
  await client.query({
    name: 'change-drafts',
    text: `update invoice i set subtotal_minor = d.subtotal_minor, discount_minor = d.discount_minor, tax_minor = d.tax_minor,
        total_minor = d.total_minor, due_minor = d.total_minor, version = i.version + 1
      from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
        as d(org_id, id, subtotal_minor, discount_minor, tax_minor, total_minor)
      where i.org_id = d.org_id and i.id = d.id`,
    values: totalsColumns(drafts),
  });
}

function totalsColumns(drafts: readonly DraftWithTotals[]): Buffer[] {
  return [
    textArray(drafts.map(({ draft }) => draft.orgId)),
    textArray(drafts.map(({ draft }) => draft.id)),
    bigintArray(drafts.map(({ totals }) => totals.subtotalMinor)),
    bigintArray(drafts.map(({ totals }) => totals.discountMinor)),
    bigintArray(drafts.map(({ totals }) => totals.taxMinor)),
    bigintArray(drafts.map(({ totals }) => totals.totalMinor)),
  ];
}

function totalsWith(draft: Draft, own: readonly Placed[], { taxRate }: Partial<TermsOfLine> = {}): InvoiceTotals {
  const before = { stream: 'credit', amountMinor: draft.subtotalMinor } as const;
  return totalsOf([before, ...own.map(({ line }) => line)], { taxRate, discountMinor: draft.discountMinor });
}

/** The id of the rated invoice of an org's month and currency. */
export function ratedInvoiceId(orgId: string, monthStart: string, currency: string): string {
  return `inv_${hash('sha256', JSON.stringify([orgId, monthStart, currency]), 'base64url').slice(0, 22)}`;
}

interface DraftRow {
  org_id: string;
  id: string;
  ref: string;
  currency: string;
  start_at: number;
  end_at: number;
  subtotal_minor: string;
  discount_minor: string;
}

async function loadDrafts(client: pg.ClientBase, orgIds: readonly string[]): Promise<Map<string, Draft[]>> {
  const { rows } = await client.query<DraftRow>({
    name: 'load-drafts',
    text: `select org_id, id, ref, currency, ${msOf('period_start')} as start_at,
        ${msOf('period_end')} as end_at, subtotal_minor, discount_minor
      from invoice where org_id = any($1) and source = 'rated' and status = 'draft' order by org_id, period_end`,
    values: [textArray(orgIds)],
  });
  return groupBy(rows.map(draftOf), ({ orgId, currency }) => `${currency}/${orgId}`);
}

function draftOf({ org_id, id, ref, currency, start_at, end_at, subtotal_minor, discount_minor }: DraftRow): Draft {
  return {
    isNew: false,
    orgId: org_id,
    id,
    ref,
    currency,
    start: Math.round(start_at),
    end: Math.round(end_at),
    subtotalMinor: BigInt(subtotal_minor),
    discountMinor: BigInt(discount_minor),
  };
}

interface Placed {
  readonly draft: Draft;
  readonly line: DraftLine;
}

function placeAll(
  terms: ReadonlyMap<string, TermsOfLine>,
  lines: readonly DraftLine[],
  drafts: Map<string, Draft[]>,
): Placed[] {
  return lines.map((line) => {
    const of = terms.get(line.orgId);
    if (!of) throw new Error(`no terms of ${line.orgId}`);
    const key = `${line.currency}/${line.orgId}`;
    const own = drafts.get(key) ?? [];
    const draft = draftFor(line, of, own);
    if (!own.includes(draft)) drafts.set(key, [...own, draft]);
    return { draft, line };
  });
}

function draftFor({ orgId, currency, period }: DraftLine, terms: TermsOfLine, drafts: readonly Draft[]): Draft {
  const lastAt = period.end - 1;
  const own = drafts.find(({ start, end }) => start <= lastAt && lastAt < end);
  if (own) return own;
  const month = monthFor(period.end, terms, drafts);
  const known = drafts.find(({ start }) => start === month.start);
  if (known) return known;
  const { start, end, localStart } = month;
  const id = ratedInvoiceId(orgId, localStart, currency);
  const ref = `${localStart}:${currency}`;
  return { isNew: true, start, end, orgId, id, currency, ref, subtotalMinor: 0n, discountMinor: 0n };
}

interface BillingMonth extends Period {
  readonly localStart: string;
}

/** Most orgs of a zone have the same months, and reading a zone's clock is dear. */
const monthsKeptMax = 10_000;
const monthsKept = new Map<string, BillingMonth>();

function monthFor(periodEnd: EpochMs, terms: TermsOfLine, drafts: readonly Draft[]): BillingMonth {
  const zone = terms.zoneAt(periodEnd - 1);
  const bounds = drafts.map(({ start, end }) => `${start}-${end}`).join();
  const key = `${zone.name}/${periodEnd}/${terms.closedThrough}/${bounds}`;
  const kept = monthsKept.get(key);
  if (kept) return kept;
  const month = monthOfLine(within(periodEnd), zone, monthsOf(terms, drafts));
  const found = { ...month, localStart: localDateOf(month.start, zone) };
  if (monthsKept.size >= monthsKeptMax) monthsKept.clear();
  monthsKept.set(key, found);
  return found;
}

/** Dates have the years 0 to 9999; a window may lie at their very ends. */
function within(at: EpochMs): EpochMs {
  return Math.min(Math.max(at, Date.parse('0000-07-01')), Date.parse('9999-06-01'));
}

/** The open months, and the last one that was closed: it closes those before it too. */
function monthsOf({ closedThrough, zoneAt }: TermsOfLine, drafts: readonly Period[]): InvoicedMonth[] {
  const open = drafts.map(({ start, end }) => ({ start, end, isClosed: false }));
  if (closedThrough === undefined) return open;
  const { start } = periodAt(billingMonths, zoneAt(closedThrough - 1), closedThrough - 1, [closedThrough]);
  return [...open, { start, end: closedThrough, isClosed: true }];
}
