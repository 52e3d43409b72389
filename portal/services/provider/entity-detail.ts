import 'server-only';
import type pg from 'pg';

/** What an event, or an order of staff, did to a thing. */
export interface TimelineEntry {
  readonly at: number;
  readonly action: string;
  readonly eventId: string | undefined;
  /** The member of staff whose order it was. */
  readonly actor: string | undefined;
}

/** A line of an invoice that bills a thing. */
export interface BilledLine {
  readonly invoiceId: string;
  readonly number: string | undefined;
  readonly status: string;
  readonly description: string;
  readonly minor: bigint;
  readonly currency: string;
}

/** What the panel of a thing shows beside its own row. */
export interface EntityDetail {
  /** JSON as the tenant told it. */
  readonly meta: string | undefined;
  readonly timeline: readonly TimelineEntry[];
  readonly lines: readonly BilledLine[];
}

const shownMax = 50;

interface Entity {
  readonly org: string;
  readonly id: string;
  readonly table: 'lead' | 'subscription' | 'addon_purchase' | 'incident' | 'ai_usage_event' | 'evaluation_run';
  /** Of its events. */
  readonly kind: string;
  /** What its invoice lines name it by; undefined where it is not billed. */
  readonly source?: string;
}

export async function readEntity(pool: pg.Pool, { org, id, table, kind, source }: Entity): Promise<EntityDetail> {
  const [meta, timeline, lines] = await Promise.all([
    pool.query<{ meta: string | null }>(`select meta::text from ${table} where org_id = $1 and id = $2`, [org, id]),
    pool.query<{ at: Date; action: string; event_id: string | null; actor: string | null }>(
      `(select occurred_at as at, action, event_id, null as actor from activity
         where org_id = $1 and entity_kind = $2 and entity_id = $3 order by occurred_at desc limit ${shownMax})
       union all
       (select occurred_at, action, null, actor from command_activity
         where org_id = $1 and entity_kind = $2 and entity_id = $3 order by occurred_at desc limit ${shownMax})
       order by at desc limit ${shownMax}`,
      [org, kind, id],
    ),
    source === undefined ? { rows: [] } : readLines(pool, org, source),
  ]);
  return {
    meta: meta.rows[0]?.meta ?? undefined,
    timeline: timeline.rows.map(({ at, action, event_id: eventId, actor }) => ({
      at: at.getTime(),
      action,
      eventId: eventId ?? undefined,
      actor: actor ?? undefined,
    })),
    lines: lines.rows.map((line) => ({
      invoiceId: line.invoice_id,
      number: line.number ?? undefined,
      status: line.status,
      description: line.description,
      minor: BigInt(line.minor),
      currency: line.currency,
    })),
  };
}

function readLines(pool: pg.Pool, org: string, source: string) {
  return pool.query<{
    invoice_id: string;
    number: string | null;
    status: string;
    description: string;
    minor: string;
    currency: string;
  }>(
    `select l.invoice_id, i.number, i.status, l.description, l.amount_minor::text as minor, i.currency
     from invoice_line l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
     where l.org_id = $1 and l.source = $2 order by l.created_at, l.source_key limit ${shownMax}`,
    [org, source],
  );
}
