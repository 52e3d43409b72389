/** What changes together: a change of its source rows marks a topic's day of an org, and all figures of that day are computed again. */
export const metricTopics = [
  'leads',
  'subscriptions',
  'usage',
  'addons',
  'incidents',
  'invoices',
  'payments',
  'refunds',
  'ledger',
  'ai',
  'credits',
] as const;
export type MetricTopic = (typeof metricTopics)[number];

/**
 * A figure of one UTC day, org and currency. `n` counts; `minor` is an amount in minor units, `micro` a quantity (of AI credits, of a meter) in
 * millionths, both beside a count. What there is at the end of a day, such as MRR, is the sum of a figure of change over all days up to it: a late event
 * changes its own day alone, and a chart of a level is one range of one figure. Source: the database's function `metrics_of_{topic}`.
 */
export interface Metric {
  readonly topic: MetricTopic;
  readonly unit: 'n' | 'minor' | 'micro';
  /** Adds up to a level: its sum from the first day on. */
  readonly isChange?: true;
  /** Told by a word of its source, as `metric:word`. The 20 words of an org and day that are told most keep theirs; the others are one, without. */
  readonly by?: 'status' | 'source' | 'meter' | 'sku' | 'feature';
  readonly definition: string;
}

export const metrics = {
  'leads.received': { topic: 'leads', unit: 'n', definition: 'Leads by the day they were created' },
  'leads.converted': { topic: 'leads', unit: 'n', definition: 'Leads by the day they were converted' },
  'leads.converted_within_30d': {
    topic: 'leads',
    unit: 'n',
    definition: 'Of the leads created on the day, those converted within 30 days',
  },
  'leads.by_status': { topic: 'leads', unit: 'n', by: 'status', definition: 'Leads created on the day, by status now' },
  'leads.by_source': { topic: 'leads', unit: 'n', by: 'source', definition: 'Leads created on the day, by source' },
  'leads.within_30d_by_source': {
    topic: 'leads',
    unit: 'n',
    by: 'source',
    definition: 'Of these, those converted within 30 days',
  },
  'leads.fees': { topic: 'leads', unit: 'minor', definition: 'Priced leads converted on the day, and their fees' },
  'leads.unbilled': {
    topic: 'leads',
    unit: 'minor',
    definition: 'Leads created on the day that are converted and on no invoice, and their fees',
  },
  'leads.open_net': {
    topic: 'leads',
    unit: 'n',
    isChange: true,
    definition: 'Leads that came, less those that were converted or disqualified',
  },
  'leads.unbilled_net': {
    topic: 'leads',
    unit: 'minor',
    isChange: true,
    definition: 'Leads that were converted, less those that came onto an invoice, and their fees',
  },
  'leads.invoiced': { topic: 'invoices', unit: 'minor', definition: 'Leads on invoices issued on the day' },
  'leads.paid': { topic: 'invoices', unit: 'minor', definition: 'Leads on invoices paid on the day' },
  'mrr.new': { topic: 'subscriptions', unit: 'minor', definition: 'MRR of orgs that came above 0 for the first time' },
  'mrr.expansion': { topic: 'subscriptions', unit: 'minor', definition: 'MRR added by orgs above 0' },
  'mrr.contraction': { topic: 'subscriptions', unit: 'minor', definition: 'MRR dropped by orgs that stay above 0' },
  'mrr.churn': { topic: 'subscriptions', unit: 'minor', definition: 'MRR of orgs that went to 0' },
  'mrr.reactivation': { topic: 'subscriptions', unit: 'minor', definition: 'MRR of orgs that came above 0 again' },
  'mrr.net': {
    topic: 'subscriptions',
    unit: 'minor',
    isChange: true,
    definition: 'New + expansion + reactivation - contraction - churn; n: orgs above 0 gained less lost',
  },
  'subscriptions.created': { topic: 'subscriptions', unit: 'n', definition: 'Subscriptions begun, or begun again' },
  'subscriptions.canceled': { topic: 'subscriptions', unit: 'n', definition: 'Subscriptions canceled' },
  'usage.rows': { topic: 'usage', unit: 'n', definition: 'Rows of usage by the day their window starts' },
  'usage.by_meter': {
    topic: 'usage',
    unit: 'micro',
    by: 'meter',
    definition: 'Usage by meter: rows, and their quantity',
  },
  'addons.sold': { topic: 'addons', unit: 'minor', definition: 'Add-ons purchased' },
  'addons.refunded': { topic: 'addons', unit: 'minor', definition: 'Add-ons refunded' },
  'addons.net': {
    topic: 'addons',
    unit: 'minor',
    definition: 'Add-ons purchased, less what was refunded of them since',
  },
  'addons.given_back': {
    topic: 'addons',
    unit: 'minor',
    definition: 'Of the add-ons purchased on the day, those with refunds since, and these',
  },
  'addons.by_sku': {
    topic: 'addons',
    unit: 'minor',
    by: 'sku',
    definition: 'Add-ons by SKU: purchases, and their price less what was refunded on the day',
  },
  'incidents.opened': { topic: 'incidents', unit: 'n', definition: 'Incidents opened' },
  'incidents.resolved': { topic: 'incidents', unit: 'n', definition: 'Incidents resolved' },
  'incidents.met': { topic: 'incidents', unit: 'n', definition: 'Of the incidents resolved, those within target' },
  'incidents.breached': { topic: 'incidents', unit: 'n', definition: 'Of the incidents resolved, those after it' },
  'incidents.open_net': {
    topic: 'incidents',
    unit: 'n',
    isChange: true,
    definition: 'Incidents opened, less those resolved',
  },
  'incidents.breaching_net': {
    topic: 'incidents',
    unit: 'n',
    isChange: true,
    definition: 'Incidents whose target passed while they were open, less those resolved after it',
  },
  'invoices.issued': { topic: 'invoices', unit: 'minor', definition: 'Invoices issued, and their totals' },
  'invoices.paid': { topic: 'invoices', unit: 'minor', definition: 'Invoices paid in full, and their totals' },
  'payments.succeeded': { topic: 'payments', unit: 'minor', definition: 'Payments that succeeded, without org credit' },
  'payments.failed': { topic: 'payments', unit: 'minor', definition: 'Payments that failed' },
  'payments.credit': { topic: 'payments', unit: 'minor', definition: 'Invoices paid by credit of the org' },
  'refunds.made': { topic: 'refunds', unit: 'minor', definition: 'Refunds made' },
  'revenue.leads': {
    topic: 'ledger',
    unit: 'minor',
    definition: 'Revenue of leads, refunds and credit notes taken off',
  },
  'revenue.subscriptions': { topic: 'ledger', unit: 'minor', definition: 'Revenue of subscriptions, likewise' },
  'revenue.usage': { topic: 'ledger', unit: 'minor', definition: 'Revenue of usage, likewise' },
  'revenue.addons': { topic: 'ledger', unit: 'minor', definition: 'Revenue of add-ons, likewise' },
  'revenue.ai': { topic: 'ledger', unit: 'minor', definition: 'Revenue of AI, likewise' },
  'invoiced.leads': { topic: 'ledger', unit: 'minor', definition: 'Charged for leads, credit notes taken off' },
  'invoiced.subscriptions': { topic: 'ledger', unit: 'minor', definition: 'Charged for subscriptions, likewise' },
  'invoiced.usage': { topic: 'ledger', unit: 'minor', definition: 'Charged for usage, likewise' },
  'invoiced.addons': { topic: 'ledger', unit: 'minor', definition: 'Charged for add-ons, likewise' },
  'invoiced.ai': { topic: 'ledger', unit: 'minor', definition: 'Charged for AI, likewise' },
  'invoiced.tax': { topic: 'ledger', unit: 'minor', definition: 'Tax charged, likewise' },
  'tax.net': { topic: 'ledger', unit: 'minor', isChange: true, definition: 'Tax charged less tax given back' },
  'cash.in': { topic: 'ledger', unit: 'minor', definition: 'Money received' },
  'cash.out': { topic: 'ledger', unit: 'minor', definition: 'Money that went back' },
  'receivable.net': { topic: 'ledger', unit: 'minor', isChange: true, definition: 'What is due, by how much it moved' },
  'receivable.overdue_net': {
    topic: 'ledger',
    unit: 'minor',
    isChange: true,
    definition: 'What came to be due since the day before, less what was paid, credited or given up of it; n: invoices',
  },
  'credit.net': { topic: 'ledger', unit: 'minor', isChange: true, definition: 'Credit of orgs, by how much it moved' },
  'bad_debt.net': { topic: 'ledger', unit: 'minor', isChange: true, definition: 'Written off' },
  'ai.credits': { topic: 'ai', unit: 'micro', definition: 'Uses of AI, and the credits they took' },
  'ai.over_cap': { topic: 'ai', unit: 'micro', definition: 'Of these, uses above a hard cap' },
  'ai.told': { topic: 'ai', unit: 'n', definition: 'Uses of AI whose outcome was told' },
  'ai.failed': { topic: 'ai', unit: 'n', definition: 'Of these, those that failed' },
  'ai.cost': { topic: 'ai', unit: 'minor', definition: 'Uses of AI whose cost was told, and that cost' },
  'ai.by_feature': {
    topic: 'ai',
    unit: 'micro',
    by: 'feature',
    definition: 'Uses of AI by feature, and their credits',
  },
  'credits.granted': { topic: 'credits', unit: 'micro', definition: 'Grants of credits, and their credits' },
  'credits.sold': { topic: 'credits', unit: 'minor', definition: 'Credits bought, and their price' },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

export const metricNames: readonly MetricName[] = Object.keys(metrics).filter((name) => isMetricName(name));

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(metrics, name);
}

export type PartedMetric = {
  [Name in MetricName]: (typeof metrics)[Name] extends { by: string } ? Name : never;
}[MetricName];

export function metricsOf(topic: MetricTopic): MetricName[] {
  return metricNames.filter((name) => metrics[name].topic === topic);
}
