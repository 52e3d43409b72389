import type { SubscriptionChange } from '#domain/folds/subscription';

/** A row of subscription_change as statements read it; `changed_at` in milliseconds since 1970. */
export interface SubscriptionChangeRow {
  event_id: string;
  action: string;
  changed_at: number;
  status: string;
  plan: string | null;
  price_minor: string | null;
  currency: string | null;
  interval: string | null;
  quantity: string;
  mrr_minor: string;
}

/** The columns of such a row, of a table or alias of that name. */
export function changeColumns(table: string): string {
  const plain = [
    'event_id',
    'action',
    'status',
    'plan',
    'price_minor',
    'currency',
    'interval',
    'quantity',
    'mrr_minor',
  ];
  return [
    ...plain.map((column) => `${table}.${column}`),
    `extract(epoch from ${table}.changed_at)::float8 * 1000 as changed_at`,
  ].join(', ');
}

const statuses = ['incomplete', 'trialing', 'active', 'past_due', 'canceled'] as const;
const intervals = ['month', 'year'] as const;

export function readChange(row: SubscriptionChangeRow): SubscriptionChange {
  const status = statuses.find((known) => known === row.status);
  if (!status) throw new Error('a change of a subscription has a status that is unknown here');
  return {
    eventId: row.event_id,
    action: row.action,
    changedAt: Math.round(row.changed_at),
    status,
    plan: row.plan ?? undefined,
    priceMinor: row.price_minor === null ? undefined : Number(row.price_minor),
    currency: row.currency ?? undefined,
    interval: intervals.find((known) => known === row.interval),
    quantity: Number(row.quantity),
    mrrMinor: BigInt(row.mrr_minor),
  };
}
