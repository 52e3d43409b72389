import type { SubscriptionRow } from '../../../../services/provider/subscriptions.service.ts';

/** What a subscription's menu and its dialogs know of it. */
export interface MenuSubscription {
  /** Names the row. */
  readonly key: string;
  readonly id: string;
  readonly orgId: string;
  readonly status: SubscriptionRow['status'];
  readonly plan: string | undefined;
  readonly priceMinor: string | undefined;
  readonly currency: string | undefined;
  readonly interval: 'month' | 'year' | undefined;
  readonly quantity: string;
  readonly hasEndWaiting: boolean;
  readonly version: number;
}

export function menuSubscription(row: SubscriptionRow): MenuSubscription {
  const { key, id, org, status, plan, priceMinor, currency, interval, quantity, waiting, version } = row;
  return {
    key: key.id,
    id,
    orgId: org.id,
    status,
    plan,
    priceMinor: priceMinor === undefined ? undefined : String(priceMinor),
    currency,
    interval: interval === 'month' || interval === 'year' ? interval : undefined,
    quantity: String(quantity),
    hasEndWaiting: waiting?.change === 'cancel',
    version,
  };
}
