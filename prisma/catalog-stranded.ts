import type pg from 'pg';
import type { Change } from '#domain/billing/catalogue-changes';
import { keyOf, type WantedEntry } from '#domain/billing/catalogue-entries';
import type { Problem } from '#domain/billing/catalogue-problems';
import { priceInForce, withPrices } from './price-in-force.ts';

interface StrandedRow {
  org_id: string;
  meter: string;
  was: string;
  is: string | null;
  first_at: string;
}

/**
 * What would leave a rated period without a price, or with one in another currency, so that no rating could book the difference and its org
 * would fail each night. To be asked once the changes are written and marked.
 */
export async function strandedBy(
  client: pg.ClientBase,
  changes: readonly Change[],
  wanted: readonly WantedEntry[],
): Promise<Problem[]> {
  const { rows } = await client.query<StrandedRow>(
    `select r.org_id, r.meter, r.currency as was, ${priceInForce} ->> 'currency' as is,
        to_char(min(r.period_start) at time zone 'UTC', 'YYYY-MM-DD') as first_at
      from (select org_id, meter, min(first_at) as first_at, max(last_at) as last_at from rating_mark
        where stream = 'usage' and (org_id = any($1) or meter = any($2)) group by 1, 2) k
      join rated_period r on r.org_id = k.org_id and r.meter = k.meter and r.period_start between k.first_at and k.last_at
      ${withPrices}
      where (r.booked_minor <> 0 or r.usage_rows > 0) and ${priceInForce} ->> 'currency' is distinct from r.currency
      group by 1, 2, 3, 4 order by 1, 2, 5`,
    [
      changes.flatMap(({ entry: { kind, holder } }) => (kind === 'orgPlan' || kind === 'orgPrice' ? [holder] : [])),
      changes.flatMap(({ entry: { kind, meter } }) => (kind === 'planPrice' && meter !== undefined ? [meter] : [])),
    ],
  );
  const paths = new Map(wanted.map((entry) => [keyOf(entry), entry.path]));
  return rows.flatMap((row) => {
    const change = changes.find((one) => isBehind(one, row));
    const path = change && paths.get(keyOf(change.entry));
    return path ? [{ path, message: messageOf(row) }] : [];
  });
}

function isBehind({ entry: { kind, holder, meter } }: Change, row: StrandedRow): boolean {
  if (kind === 'planPrice') return meter === row.meter;
  return holder === row.org_id && (kind === 'orgPlan' || (kind === 'orgPrice' && meter === row.meter));
}

function messageOf({ org_id, meter, was, is, first_at }: StrandedRow): string {
  const now = is === null ? 'would have no price: give it one of 0, or' : `would be priced in ${is}:`;
  return `${meter} of ${org_id} was rated in ${was} from ${first_at} on and ${now} let this begin with a later period`;
}
