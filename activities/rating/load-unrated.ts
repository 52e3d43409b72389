import type pg from 'pg';
import type { Period } from '#domain/billing/periods';
import { decimal, type Decimal } from '#domain/decimal';
import { textArray } from '../array-parameters.ts';
import { groupBy } from '../billing/group-by.ts';
import { msOf } from '../instant-text.ts';

/** Why usage has no price. */
export type UnratedReason = 'no_plan' | 'unknown_meter' | 'no_price';

export interface UnratedUsage extends Period {
  readonly meter: string;
  readonly reason: string;
  readonly usageRows: number;
  readonly quantity: Decimal;
}

interface UnratedRow {
  org_id: string;
  meter: string;
  start_at: number;
  end_at: number;
  reason: string;
  usage_rows: string;
  quantity: string;
}

/** Usage that the orgs' earlier ratings found no price for. */
export async function loadUnrated(
  client: pg.ClientBase,
  orgIds: readonly string[],
): Promise<Map<string, UnratedUsage[]>> {
  const { rows } = await client.query<UnratedRow>({
    name: 'load-unrated',
    text: `select org_id, meter, ${msOf('period_start')} as start_at,
        ${msOf('period_end')} as end_at, reason, usage_rows, quantity
      from unrated_usage where org_id = any($1) order by org_id, meter, period_start`,
    values: [textArray(orgIds)],
  });
  return new Map([...groupBy(rows, ({ org_id }) => org_id)].map(([orgId, own]) => [orgId, own.map(unratedOf)]));
}

function unratedOf({ meter, start_at, end_at, reason, usage_rows, quantity }: UnratedRow): UnratedUsage {
  return {
    meter,
    start: Math.round(start_at),
    end: Math.round(end_at),
    reason,
    usageRows: Number(usage_rows),
    quantity: decimal(quantity),
  };
}
