import type pg from 'pg';
import { chargeFor } from '#domain/billing/charges';
import { parsePrice } from '#domain/billing/prices';
import { decimal } from '#domain/decimal';
import { priceInForce, withPrices } from './price-in-force.ts';
import type { ChargedSource } from './reconciliation-charges.ts';

interface PeriodRow {
  org_id: string;
  meter: string;
  start_ms: number;
  end_ms: number;
  quantity: string;
  currency: string;
  price: unknown;
  is_closed: boolean;
}

/** The rows of a period. To sort them, which only one kind of meter needs, is dearer than all else: it is asked for apart. */
const ownUsage = `from usage_meter u
            where u.org_id = r.org_id and u.meter = r.meter and u.window_start >= r.period_start and u.window_start < r.period_end
              and u.excluded_by is null`;

/**
 * What meters' periods come to: their rows counted again, at the price in force at their start. AI overage hangs on all uses before it, and is
 * taken as it was counted.
 */
export async function readUsageCharges(
  db: pg.Pool | pg.ClientBase,
  orgIds: readonly string[],
): Promise<ChargedSource[]> {
  const { rows } = await db.query<PeriodRow>({
    name: 'reconcile-usage',
    text: `select r.org_id, r.meter, extract(epoch from r.period_start)::float8 * 1000 as start_ms,
        extract(epoch from r.period_end)::float8 * 1000 as end_ms, r.currency, r.closed_at is not null as is_closed,
        ${priceInForce} as price,
        coalesce(case
          when r.meter = 'ai.overage' then r.quantity
          when m.aggregation = 'latest' then (select u.quantity ${ownUsage}
            order by u.window_end desc, u.window_start desc, u.received_at desc, u.event_id collate "C" desc, u.row_index desc limit 1)
          else (select case m.aggregation when 'sum' then sum(u.quantity) when 'max' then max(u.quantity) else count(*) end ${ownUsage})
        end, 0)::text as quantity
      from rated_period r join meter m on m.id = r.meter
      ${withPrices}
      where r.org_id = any($1)`,
    values: [orgIds],
  });
  return rows.map(chargedSource);
}

function chargedSource({
  org_id,
  meter,
  start_ms,
  end_ms,
  quantity,
  currency,
  price,
  is_closed,
}: PeriodRow): ChargedSource {
  return {
    orgId: org_id,
    stream: meter === 'ai.overage' ? 'ai' : 'usage',
    currency,
    source: `usage:${meter}:${new Date(Math.round(start_ms)).toISOString()}`,
    amountMinor: amountOf(price, quantity, is_closed),
    lastAt: Math.round(end_ms) - 1,
  };
}

/** Without a price that can be read a period comes to nothing, and what was booked of it is a difference. */
function amountOf(price: unknown, quantity: string, isClosed: boolean): bigint {
  const parsed = parsePrice(price);
  if (!parsed.ok) return 0n;
  const { chargeMinor, discountMinor, commitmentMinor } = chargeFor(parsed.value, decimal(quantity), isClosed);
  return chargeMinor + discountMinor + commitmentMinor;
}
