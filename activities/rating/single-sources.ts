import type pg from 'pg';
import { leadBilling, leadSourceKey } from '#domain/billing/leads';
import { decimal, wholeDecimal } from '#domain/decimal';
import { instantText, msOf } from '../instant-text.ts';
import { instantPeriod, type SourceCharge, type SourceRead } from './charges.ts';
import type { Agenda } from './periods-to-rate.ts';

/** What was read of leads or purchases: the sources, and what they come to. */
export interface SourcesRead {
  readonly sources: readonly SourceRead[];
  readonly charges: readonly SourceCharge[];
}

interface Range {
  readonly org_id: string;
  readonly first_at: string;
  readonly last_at: string;
}

export interface LeadRow {
  org_id: string;
  id: string;
  status: string;
  name: string | null;
  fee_minor: string | null;
  fee_currency: string | null;
  converted_at: number | null;
}

/** Converted leads with a fee, each billed once; also those that were billed and are converted no more. */
export async function readLeads(client: pg.ClientBase, agendas: readonly Agenda[]): Promise<SourcesRead> {
  const ranges = rangesOf(agendas, 'leads');
  if (ranges.length === 0) return { sources: [], charges: [] };
  const { rows } = await client.query<LeadRow>({
    name: 'load-leads',
    text: `select distinct on (l.org_id, l.id) l.org_id, l.id, l.status, l.name, l.fee_minor, l.fee_currency,
        ${msOf('l.converted_at')} as converted_at
      from json_to_recordset($1) as r(org_id text, first_at timestamptz, last_at timestamptz)
      cross join lateral (select * from lead l where l.org_id = r.org_id and l.created_at between r.first_at and r.last_at offset 0) l
      where l.status = 'converted' or exists (select from invoice_line b where b.org_id = l.org_id and b.source = 'lead:' || l.id)
      order by l.org_id, l.id`,
    values: [JSON.stringify(ranges)],
  });
  return {
    sources: rows.map(({ org_id, id }) => ({ orgId: org_id, source: leadSourceKey(id) })),
    charges: rows.flatMap(leadCharge),
  };
}

export function leadCharge({
  org_id,
  id,
  status,
  name,
  fee_minor,
  fee_currency,
  converted_at,
}: LeadRow): SourceCharge[] {
  const feeMinor = fee_minor === null ? undefined : Number(fee_minor);
  const billing = leadBilling({ status: status === 'converted' ? status : 'new', feeMinor });
  if (billing !== 'billable' || fee_minor === null || fee_currency === null || converted_at === null) return [];
  return [
    {
      orgId: org_id,
      source: leadSourceKey(id),
      sourceKey: leadSourceKey(id),
      stream: 'leads',
      currency: fee_currency,
      amountMinor: BigInt(fee_minor),
      period: instantPeriod(Math.round(converted_at)),
      description: name === null ? `Lead ${id}` : `Lead ${id}, ${name}`,
      quantity: wholeDecimal(1n),
      detail: { kind: 'lead', leadId: id },
    },
  ];
}

interface PurchaseRow {
  org_id: string;
  id: string;
  sku: string | null;
  amount_minor: string | null;
  currency: string | null;
  quantity: string;
  purchased_at: number | null;
  refund_id: string | null;
  refund_minor: string | null;
  reason: string | null;
  refunded_at: number | null;
}

/** Add-ons and their refunds. A refund changes its purchase's row too, so that the purchase's mark finds both. */
export async function readAddons(client: pg.ClientBase, agendas: readonly Agenda[]): Promise<SourcesRead> {
  const ranges = rangesOf(agendas, 'addons');
  if (ranges.length === 0) return { sources: [], charges: [] };
  const { rows } = await client.query<PurchaseRow>({
    name: 'load-addons',
    text: `select a.org_id, a.id, a.sku, a.amount_minor, a.currency, a.quantity, ${msOf('a.purchased_at')} as purchased_at,
        f.event_id as refund_id, f.amount_minor as refund_minor, f.reason, ${msOf('f.refunded_at')} as refunded_at
      from (select distinct a.org_id, a.id from json_to_recordset($1) as r(org_id text, first_at timestamptz, last_at timestamptz)
        cross join lateral (select a.org_id, a.id from addon_purchase a where a.org_id = r.org_id and a.created_at between r.first_at and r.last_at
          offset 0) a) k
      cross join lateral (select * from addon_purchase a where a.org_id = k.org_id and a.id = k.id offset 0) a
      left join lateral (select * from addon_refund f where f.org_id = a.org_id and f.purchase_id = a.id offset 0) f on true
      order by a.org_id, a.id, f.refunded_at, f.event_id`,
    values: [JSON.stringify(ranges)],
  });
  const purchases = new Map(rows.map((row) => [JSON.stringify([row.org_id, row.id]), row]));
  return {
    sources: [...purchases.values()].map(({ org_id, id }) => ({ orgId: org_id, source: `addon:${id}` })),
    charges: [...[...purchases.values()].flatMap(purchaseCharge), ...rows.flatMap(refundCharge)],
  };
}

function purchaseCharge({
  org_id,
  id,
  sku,
  amount_minor,
  currency,
  quantity,
  purchased_at,
}: PurchaseRow): SourceCharge[] {
  if (amount_minor === null || currency === null || purchased_at === null) return [];
  return [
    {
      orgId: org_id,
      source: `addon:${id}`,
      sourceKey: `addon:${id}`,
      stream: 'addons',
      currency,
      amountMinor: BigInt(amount_minor),
      period: instantPeriod(Math.round(purchased_at)),
      description: sku ?? id,
      quantity: decimal(quantity),
      detail: { kind: 'addon', purchaseId: id, sku },
    },
  ];
}

function refundCharge({
  org_id,
  id,
  sku,
  currency,
  refund_id,
  refund_minor,
  reason,
  refunded_at,
}: PurchaseRow): SourceCharge[] {
  if (refund_id === null || refund_minor === null || refunded_at === null || currency === null) return [];
  return [
    {
      orgId: org_id,
      source: `addon:${id}`,
      sourceKey: `addon-refund:${refund_id}`,
      stream: 'addons',
      currency,
      amountMinor: -BigInt(refund_minor),
      period: instantPeriod(Math.round(refunded_at)),
      description: `${sku ?? id}: refund`,
      quantity: wholeDecimal(1n),
      detail: { kind: 'addon_refund', purchaseId: id, sku, reason },
    },
  ];
}

interface GrantRow {
  org_id: string;
  id: string;
  credits: string;
  amount_minor: string;
  currency: string;
  granted_at: number;
}

/** AI credits that were bought; granted ones cost nothing. */
export async function readCredits(client: pg.ClientBase, agendas: readonly Agenda[]): Promise<SourcesRead> {
  const ranges = rangesOf(agendas, 'ai');
  if (ranges.length === 0) return { sources: [], charges: [] };
  const { rows } = await client.query<GrantRow>({
    name: 'load-credits',
    text: `select distinct on (g.org_id, g.id) g.org_id, g.id, g.credits, g.amount_minor, g.currency,
        ${msOf('g.granted_at')} as granted_at
      from json_to_recordset($1) as r(org_id text, first_at timestamptz, last_at timestamptz)
      cross join lateral (select * from credit_grant g where g.org_id = r.org_id and g.source = 'purchase'
        and g.granted_at between r.first_at and r.last_at offset 0) g
      where g.amount_minor is not null and g.currency is not null order by g.org_id, g.id`,
    values: [JSON.stringify(ranges)],
  });
  return {
    sources: rows.map(({ org_id, id }) => ({ orgId: org_id, source: `credits:${id}` })),
    charges: rows.map(({ org_id, id, credits, amount_minor, currency, granted_at }) => ({
      orgId: org_id,
      source: `credits:${id}`,
      sourceKey: `credits:${id}`,
      stream: 'ai',
      currency,
      amountMinor: BigInt(amount_minor),
      period: instantPeriod(Math.round(granted_at)),
      description: 'AI credits',
      quantity: decimal(credits),
      detail: { kind: 'ai_credits', purchaseId: id },
    })),
  };
}

function rangesOf(agendas: readonly Agenda[], stream: string): Range[] {
  return agendas.flatMap(({ terms, marks }) =>
    marks
      .filter((mark) => mark.stream === stream)
      .map(({ firstAt, lastAt }) => ({
        org_id: terms.orgId,
        first_at: instantText(firstAt),
        last_at: instantText(lastAt),
      })),
  );
}
