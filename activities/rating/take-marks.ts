import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import { textArray } from '../array-parameters.ts';
import { groupBy } from '../billing/group-by.ts';
import { msOf } from '../instant-text.ts';

/** What changed since the last rating: source rows of a stream, and of usage a meter, whose instants lie in between. */
export interface Mark {
  readonly stream: string;
  readonly meter: string | undefined;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
}

interface MarkRow {
  org_id: string;
  stream: string;
  meter: string | null;
  first_at: number;
  last_at: number;
}

/**
 * Takes the orgs' marks away and says what they were about. What is read after this statement is no older than it, so that whatever a mark
 * stood for is seen now; a row that is committed later has a mark of its own that is still there. Marks that lie close together come as one. What is
 * rated now, for a mark or because it is time, is reconciled next.
 */
export async function takeMarks(client: pg.ClientBase, orgIds: readonly string[]): Promise<Map<string, Mark[]>> {
  const { rows } = await client.query<MarkRow>({
    name: 'take-rating-marks',
    text: `with taken as (delete from rating_mark where org_id = any($1) returning org_id, stream, meter, first_at, last_at),
      noted as (insert into reconciliation_mark (org_id) select unnest($1::text[]))
      select org_id, stream, meter, ${msOf('min(first_at)')} as first_at,
        ${msOf('max(last_at)')} as last_at
      from taken group by org_id, stream, meter, date_bin('31 days', first_at, '2000-01-01'), date_bin('31 days', last_at, '2000-01-01')`,
    values: [textArray(orgIds)],
  });
  return new Map([...groupBy(rows, ({ org_id }) => org_id)].map(([orgId, marks]) => [orgId, marks.map(markOf)]));
}

function markOf({ stream, meter, first_at, last_at }: MarkRow): Mark {
  return { stream, meter: meter ?? undefined, firstAt: Math.round(first_at), lastAt: Math.round(last_at) };
}
