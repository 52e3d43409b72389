import type { MetricTopic } from './metrics.ts';

/**
 * Figures of UTC days of all orgs together, each by words of its source, `name:word`. `n` counts, `minor` is an amount of a currency or millionths
 * of credits. Of times, the word begins with the step of `time_step` that they lie in. Source: the database's function `totals_of_{topic}`.
 */
export const metricsOfAll = {
  'all.leads.received': 'Leads by source and the day they were created',
  'all.leads.open': 'Of these, those that are new, contacted or qualified',
  'all.leads.won_after': 'How long the leads that were converted on the day took: by the day of their conversion',
  'all.leads.won': 'Leads by source and the day of their conversion',
  'all.leads.won_of': 'How long these took: source/step',
  'all.leads.won_unlisted': 'Those of sources that a hundred others of the day were converted more often than',
  'all.leads.won_within_30d': 'Of those received, those converted within 30 days',
  'all.leads.unbilled': 'Those converted and on no invoice, and their fees',
  'all.leads.came': 'Those of which it is known when they were received: the funnel is of these',
  'all.leads.contacted': 'Those that were contacted, or reached a later step',
  'all.leads.qualified': 'Those that were qualified, or reached a later step',
  'all.leads.converted': 'Those that were converted, or reached a later step',
  'all.leads.invoiced': 'Those on an invoice that was issued',
  'all.leads.paid': 'Those on an invoice that was paid',
  'all.leads.time_to_contacted': 'How long each took from the step before: step/source',
  'all.leads.time_to_qualified': 'Likewise',
  'all.leads.time_to_converted': 'Likewise',
  'all.leads.time_to_invoiced': 'Likewise',
  'all.leads.time_to_paid': 'Likewise',
  'all.leads.unlisted':
    'Leads of sources that a hundred others of the day are told more often than: they have lost their word',
  'all.ai.uses': 'Uses of AI by feature, and their credits',
  'all.ai.told': 'Those whose outcome was told',
  'all.ai.failed': 'Those that failed',
  'all.ai.cost': 'Those whose cost was told, and that cost',
  'all.ai.latency': 'How long they took: step/feature',
  'all.addons.sold': 'Purchases by SKU and the day they were made',
  'all.addons.given_back': 'Of these, those with refunds since',
  'all.addons.unlisted': 'Purchases of SKUs that a hundred others of the day are told more often than',
  'all.incidents.resolved': 'Incidents by the day they were resolved',
  'all.incidents.met': 'Of these, those within target',
  'all.incidents.response': 'How long the first response took, by the day of resolution',
  'all.incidents.resolution': 'How long the resolution took',
  'all.invoices.charged': 'Invoices that charge, and their totals, by the day they are listed under',
  'all.invoices.kept': 'Likewise, less what was credited',
  'all.invoices.by_stream': 'Lines of these by stream',
  'all.mrr.lost': 'By month: orgs above 0 at its start and at 0 at its end, and the MRR they had',
  'all.mrr.kept': 'By month: orgs above 0 at its start that moved, and by how much, reactivations left out',
  'all.mrr.cohorts': 'By month: how many orgs above 0 a cohort gained less lost, and by how much its MRR moved',
  'all.audit.entries': 'Entries of the audit trail: kind of actor/outcome',
  'all.log.accepted': 'Events that came in',
  'all.log.active': 'Organisations of which any came in on the day',
  'all.log.refused': 'Requests that were refused: rows of the log, and how often they came',
} as const;

export type MetricOfAll = keyof typeof metricsOfAll;

/** Topics with such figures that are marked when something of theirs changes; the trail and the log only grow. */
export const topicsOfAll = ['leads', 'ai', 'addons', 'incidents', 'invoices'] as const satisfies readonly MetricTopic[];
