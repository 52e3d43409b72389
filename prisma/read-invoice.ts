import type pg from 'pg';

/** An invoice as staff read it: its money, its lines with how each came about, and what was paid, refunded and credited. */
export interface ReadInvoice {
  readonly orgId: string;
  readonly id: string;
  readonly source: 'rated' | 'reported';
  readonly ref: string;
  /** The org's. */
  readonly zone: string;
  readonly number: string | null;
  readonly status: string;
  readonly currency: string;
  readonly version: number;
  readonly issuedAt: string | null;
  readonly dueAt: string | null;
  /** Minor units, as text. */
  readonly subtotal: string;
  readonly discount: string;
  readonly tax: string;
  readonly total: string;
  readonly paid: string;
  readonly credited: string;
  readonly due: string;
  readonly refunded: string;
  readonly overpaid: string;
  readonly lines: readonly ReadLine[];
  readonly payments: readonly ReadMovement[];
  readonly refunds: readonly ReadMovement[];
  readonly credits: readonly ReadMovement[];
  /** Of its payments: what each took back, or asks for while it is open. */
  readonly disputes: readonly ReadMovement[];
}

export interface ReadLine {
  readonly sourceKey: string;
  /** What it bills, as reconciliation names it. */
  readonly source: string;
  /** The window of what was used, or the days that are billed; both or none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly stream: string;
  readonly description: string;
  readonly quantity: string;
  readonly amount: string;
  readonly explanation: unknown;
}

export interface ReadMovement {
  readonly ref: string;
  readonly what: string;
  readonly status: string;
  readonly amount: string;
  readonly at: string;
}

/** Invoices by id, number or the tenant's own id, of all orgs or of one: several where tenants use one id. */
export async function readInvoices(db: pg.Pool, wanted: string, orgId: string | undefined): Promise<ReadInvoice[]> {
  const { rows } = await db.query<{ invoice: ReadInvoice }>(
    `select json_build_object('orgId', i.org_id, 'id', i.id, 'source', i.source, 'ref', i.ref,
        'zone', (select o.time_zone from org o where o.id = i.org_id), 'number', i.number, 'status', i.status,
        'currency', i.currency, 'version', i.version, 'issuedAt', i.issued_at, 'dueAt', i.due_at, 'subtotal', i.subtotal_minor::text,
        'discount', i.discount_minor::text, 'tax', i.tax_minor::text, 'total', i.total_minor::text, 'paid', i.paid_minor::text,
        'credited', i.credited_minor::text, 'due', i.due_minor::text, 'refunded', i.refunded_minor::text, 'overpaid', i.overpaid_minor::text,
        'lines', (select coalesce(json_agg(json_build_object('sourceKey', l.source_key,
            'source', coalesce(l.source, 'usage:' || l.meter || ':' || to_char(l.period_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), l.source_key),
            'from', l.period_start, 'to', l.period_end, 'stream', l.stream, 'description', l.description,
            'quantity', trim_scale(l.quantity)::text, 'amount', l.amount_minor::text, 'explanation', l.explanation)
            order by l.stream, l.source_key), '[]')
          from invoice_line l where l.org_id = i.org_id and l.invoice_id = i.id),
        'payments', (select coalesce(json_agg(json_build_object('ref', p.ref, 'what', concat_ws(' ', p.method, p.provider), 'status',
            concat_ws(' ', p.status, p.failure_code), 'amount', p.amount_minor::text, 'at', p.at) order by p.at, p.ref), '[]')
          from payment p where p.org_id = i.org_id and p.invoice_id = i.id),
        'refunds', (select coalesce(json_agg(json_build_object('ref', r.ref, 'what', case when r.of_overpaid then 'of what was overpaid' else 'to ' || r.paid_to end, 'status', concat_ws(' ', r.status, r.code), 'amount',
            r.amount_minor::text, 'at', r.at) order by r.at, r.ref), '[]')
          from refund r where r.org_id = i.org_id and r.invoice_id = i.id),
        'credits', (select coalesce(json_agg(json_build_object('ref', c.ref, 'what', c.kind, 'status', 'done', 'amount', c.amount_minor::text,
            'at', c.at) order by c.at, c.ref), '[]')
          from credit_note c where c.org_id = i.org_id and c.invoice_id = i.id),
        'disputes', (select coalesce(json_agg(json_build_object('ref', d.ref, 'what', d.charge_ref, 'status', d.status, 'amount',
            case d.status when 'open' then d.amount_minor else d.reversed_minor end::text, 'at', d.opened_at) order by d.opened_at, d.ref), '[]')
          from provider_dispute d where d.org_id = i.org_id and d.invoice_id = i.id)) as invoice
      from invoice i where (i.id = $1 or i.number = $1 or (i.source = 'reported' and i.ref = $1)) and ($2::text is null or i.org_id = $2)
      order by i.org_id, i.id limit 20`,
    [wanted, orgId ?? null],
  );
  return rows.map(({ invoice }) => invoice);
}
