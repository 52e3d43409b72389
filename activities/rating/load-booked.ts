import type pg from 'pg';
import type { Period } from '#domain/billing/periods';
import { streams, type BilledStream } from '#domain/billing/streams';
import type { SourceRead } from './charges.ts';
import { msOf } from '../instant-text.ts';

/** A line that was booked for a source. */
export interface BookedSourceLine {
  readonly orgId: string;
  readonly source: string;
  readonly sourceKey: string;
  readonly stream: BilledStream;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly period: Period;
  readonly description: string;
}

interface LineRow {
  org_id: string;
  source: string;
  source_key: string;
  stream: string;
  currency: string;
  amount_minor: string;
  description: string;
  start_at: number;
  end_at: number;
}

/**
 * All lines of the sources, on whichever invoice they are, in the order in which they were written. Here and beside it `offset 0` keeps the order of
 * a join: what is asked for leads, and the table follows by its key, also where a plan was made while the table was small.
 */
export async function loadBooked(client: pg.ClientBase, sources: readonly SourceRead[]): Promise<BookedSourceLine[]> {
  if (sources.length === 0) return [];
  const { rows } = await client.query<LineRow>({
    name: 'load-booked',
    text: `select l.org_id, l.source, l.source_key, l.stream, i.currency, l.amount_minor, l.description,
        ${msOf('l.period_start')} as start_at, ${msOf('l.period_end')} as end_at
      from (select distinct org_id, source from json_to_recordset($1) as s(org_id text, source text)) s
      cross join lateral (select * from invoice_line l where l.org_id = s.org_id and l.source = s.source offset 0) l
      cross join lateral (select i.currency from invoice i where i.org_id = l.org_id and i.id = l.invoice_id offset 0) i
      order by l.org_id, l.source, l.created_at, l.source_key`,
    values: [JSON.stringify(sources.map(({ orgId, source }) => ({ org_id: orgId, source })))],
  });
  return rows.map(lineOf);
}

/** The keys that other sources took: an id of a tenant's own may end like the number of a difference. */
export async function loadTaken(
  client: pg.ClientBase,
  keys: readonly { readonly orgId: string; readonly sourceKey: string }[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ org_id: string; source_key: string }>({
    name: 'load-taken',
    text: `select l.org_id, l.source_key from json_to_recordset($1) as k(org_id text, source_key text)
      cross join lateral (select l.org_id, l.source_key from invoice_line l where l.org_id = k.org_id and l.source_key = k.source_key
        and l.source_key <> 'reported' offset 0) l`,
    values: [JSON.stringify(keys.map(({ orgId, sourceKey }) => ({ org_id: orgId, source_key: sourceKey })))],
  });
  return new Set(rows.map(({ org_id, source_key }) => JSON.stringify([org_id, source_key])));
}

function lineOf(row: LineRow): BookedSourceLine {
  const stream = streams.find((known) => known === row.stream);
  if (!stream) throw new Error(`line ${row.source_key} is of no stream`);
  return {
    orgId: row.org_id,
    source: row.source,
    sourceKey: row.source_key,
    stream,
    currency: row.currency,
    amountMinor: BigInt(row.amount_minor),
    period: { start: Math.round(row.start_at), end: Math.round(row.end_at) },
    description: row.description,
  };
}
