import { counted } from './counted.ts';
import type { FunnelStep } from '#domain/billing/funnel';
import type { BilledStream } from '#domain/billing/streams';
import type { Interval } from '../lists/buckets.ts';

/** Copy of Analytics. */
export const analytics = {
  purpose: 'How the business moves: trends, what becomes of leads, who stays, and where revenue comes from.',
  figures: 'Analytics in figures',
  tabsLabel: 'Analytics',
  /** The first stands for the section. */
  titles: { trends: 'Analytics', funnel: 'Funnel', cohorts: 'Cohorts', mix: 'Revenue mix' },
  tabs: { trends: 'Trends', funnel: 'Funnel', cohorts: 'Cohorts', mix: 'Revenue mix' },
  filters: { metric: 'Metric', stream: 'Stream', source: 'Source', plan: 'Plan', org: 'Organisation' },
  streams: {
    leads: 'Leads',
    subscriptions: 'Subscriptions',
    usage: 'Usage',
    addons: 'Add-ons',
    ai: 'AI credits',
  } satisfies Record<BilledStream, string>,
  interval: 'Interval',
  intervals: { day: 'Day', week: 'Week', month: 'Month' } satisfies Record<Interval, string>,
  comparison: 'Previous period',
  on: 'On',
  off: 'Off',
  currency: 'Currency',
  cohortsOpen: 'Months that are not over',
  leaveOut: 'Leave out',
  include: 'Include',
  measure: 'Measure',
  measures: { share: 'Organisations %', money: 'MRR' },
  noMatch: 'Nothing matches these filters',
  empty: 'Not enough history yet',
  emptyFirst: (day: string) => `The first figure will appear on ${day}.`,
  leftOut: (metrics: string) =>
    `Trends shows three figures at once, and those your role includes. Left out: ${metrics}.`,
  previousSpan: 'prev. 30 days',
  monthAgo: 'a month ago',
  cohortSpan: 'the 30 days before',
  ofLeads: (part: string, whole: string, from: string, to: string) => `${part} of ${whole} leads of ${from} – ${to}`,
  activeOf: (count: string) => counted(count, 'active organisation'),
  retentionNote: 'over twelve months',
  retentionNone: 'no MRR twelve months ago yet',
  noActiveCourse: 'by day of all organisations only',
  noneActive: 'no organisation was active',
  noRevenue: 'nothing was booked in 30 days',
  noCohort: 'no lead is old enough yet',
  funnel: {
    title: 'What became of leads',
    bySource: 'By source',
    bySourceCaption: 'Leads by source and the step that they reached',
    heads: { step: 'Step', count: 'Leads', rate: 'Of the step before', time: 'Median time', before: 'Previous period' },
    source: 'Source',
    noSource: 'None',
    steps: {
      received: 'Received',
      contacted: 'Contacted',
      qualified: 'Qualified',
      converted: 'Converted',
      invoiced: 'Invoiced',
      paid: 'Paid',
    } satisfies Record<FunnelStep, string>,
    share: 'Paid of received',
    summary: (received: string, converted: string, paid: string) =>
      `Of ${received} leads ${converted} were converted and ${paid} were paid for.`,
    closed: (from: string, to: string) => `Leads that came ${from} – ${to}, of months that are over`,
    open: (from: string, to: string) => `Leads that came ${from} – ${to}, the running month included`,
    hint: 'A lead that reached a later step counts in the earlier ones. Times are since the step before that the lead went through; of more than 10,000 leads, to within 5 %.',
  },
  cohorts: {
    title: (currency: string) => `Organisations by the month of their first MRR, ${currency}`,
    summary: (cohorts: string) =>
      `${counted(cohorts, 'cohort')}, and what is left of each at the end of the months after.`,
    head: 'First MRR',
    size: 'Orgs',
    month: (count: number) => `M${count}`,
    cell: (orgs: string, share: string) => `${orgs} organisations, ${share}`,
    hint: 'Month 0 is the one of the first MRR. A month counts when it is over.',
  },
  retention: {
    title: (currency: string) => `Retention over twelve months, ${currency}`,
    net: 'Net',
    gross: 'Gross',
    hint: 'Of the MRR twelve months before a month: what is left at its end. Net has what those organisations grew by.',
  },
  mix: {
    absolute: 'Revenue by stream and month',
    share: 'Share of each stream',
    shareSummary: 'Share of each stream in the revenue of a month.',
  },
} as const;
