/** The streams of revenue, in the order in which amounts are spread over them. */
export const streams = ['leads', 'subscriptions', 'usage', 'addons', 'ai'] as const;

export type BilledStream = (typeof streams)[number];
