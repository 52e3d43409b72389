import { hash } from 'node:crypto';
import type pg from 'pg';
import { monthOfLine, type InvoicedMonth } from '#domain/billing/drafts';
import { totalsOf } from '#domain/billing/invoice-totals';
import { billingMonths, periodAt, type Period } from '#domain/billing/periods';
import type { BilledStream } from '#domain/billing/streams';
import { localDateOf } from '#domain/billing/zones';
import { formatDecimal, type Decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { instantText } from '../instant-text.ts';
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
  /** How it came about, as JSON. */
  readonly explanation: object;
}

type TermsOfLine = Pick<OrgTerms, 'taxRate' | 'zoneAt' | 'closedThrough'>;

interface Draft extends Period {
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
  const rows = [...placed].flatMap(([draft, own]) => own.map(({ line }) => rowOf(draft, line)));
  await client.query({
    name: 'write-lines',
    text: `insert into invoice_line (org_id, invoice_id, source_key, stream, description, quantity, amount_minor, explanation, created_at,
        meter, period_start, period_end, is_late, source)
      select org_id, invoice_id, source_key, stream, description, quantity, amount_minor, explanation, $2, meter, period_start, period_end,
        coalesce(is_late, false), source
      from json_to_recordset($1) as l(org_id text, invoice_id text, source_key text, stream text, description text, quantity numeric,
        amount_minor bigint, explanation jsonb, meter text, period_start timestamptz, period_end timestamptz, is_late boolean, source text)`,
    values: [JSON.stringify(rows), instantText(at)],
  });
}

type PlacedByDraft = ReadonlyMap<Draft, readonly Placed[]>;

async function writeDrafts(
  client: pg.ClientBase,
  terms: ReadonlyMap<string, TermsOfLine>,
  placed: PlacedByDraft,
  at: EpochMs,
): Promise<void> {
  const drafts = [...placed].map(([draft, own]) => draftRow(draft, own, terms.get(draft.orgId)));
  await client.query({
    name: 'write-drafts',
    text: `insert into invoice (org_id, id, source, ref, status, currency, subtotal_minor, discount_minor, tax_minor, total_minor, due_minor,
        period_start, period_end, created_at, version)
      select org_id, id, 'rated', ref, 'draft', currency, subtotal_minor, discount_minor, tax_minor, total_minor, total_minor,
        period_start, period_end, $2, 1
      from json_to_recordset($1) as d(org_id text, id text, ref text, currency text, subtotal_minor bigint, discount_minor bigint,
        tax_minor bigint, total_minor bigint, period_start timestamptz, period_end timestamptz)
      on conflict (org_id, id) do update set subtotal_minor = excluded.subtotal_minor, discount_minor = excluded.discount_minor,
        tax_minor = excluded.tax_minor, total_minor = excluded.total_minor, due_minor = excluded.due_minor, version = invoice.version + 1`,
    values: [JSON.stringify(drafts), instantText(at)],
  });
}

function draftRow(draft: Draft, own: readonly Placed[], { taxRate }: Partial<TermsOfLine> = {}) {
  const { orgId, id, ref, currency, start, end, discountMinor } = draft;
  const before = { stream: 'credit', amountMinor: draft.subtotalMinor } as const;
  const totals = totalsOf([before, ...own.map(({ line }) => line)], { taxRate, discountMinor });
  return {
    org_id: orgId,
    id,
    ref,
    currency,
    subtotal_minor: String(totals.subtotalMinor),
    discount_minor: String(totals.discountMinor),
    tax_minor: String(totals.taxMinor),
    total_minor: String(totals.totalMinor),
    period_start: instantText(start),
    period_end: instantText(end),
  };
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
    text: `select org_id, id, ref, currency, extract(epoch from period_start)::float8 * 1000 as start_at,
        extract(epoch from period_end)::float8 * 1000 as end_at, subtotal_minor, discount_minor
      from invoice where org_id = any($1) and source = 'rated' and status = 'draft' order by org_id, period_end`,
    values: [orgIds],
  });
  return groupBy(rows.map(draftOf), ({ orgId, currency }) => `${currency}/${orgId}`);
}

function draftOf({ org_id, id, ref, currency, start_at, end_at, subtotal_minor, discount_minor }: DraftRow): Draft {
  return {
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
  return { start, end, orgId, id, currency, ref, subtotalMinor: 0n, discountMinor: 0n };
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

function rowOf(draft: Draft, line: DraftLine) {
  return {
    org_id: line.orgId,
    invoice_id: draft.id,
    source_key: line.sourceKey,
    stream: line.stream,
    description: line.description,
    quantity: formatDecimal(line.quantity),
    amount_minor: String(line.amountMinor),
    explanation: line.explanation,
    meter: line.meter,
    period_start: instantText(line.period.start),
    period_end: instantText(line.period.end),
    is_late: line.isLate || undefined,
    source: line.source,
  };
}
