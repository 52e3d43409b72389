/** What every chart says in the same words. */
export const charts = {
  asTable: 'Show as table',
  csv: 'CSV',
  csvHint: 'The figures of this chart, as CSV',
  buckets: 'Figures by bucket: arrow keys move',
  dayUtc: 'Day (UTC)',
  weekUtc: 'Week (UTC)',
  monthUtc: 'Month (UTC)',
  open: 'so far',
  total: 'Total',
  step: 'Step',
  flow: (what: string, total: string, span: string, most: string, at: string) =>
    `${what}: ${total} ${span}, most in ${at} with ${most}.`,
  flowNone: (what: string, span: string) => `${what}: nothing ${span}.`,
  level: (what: string, first: string, from: string, last: string, until: string) =>
    `${what}: from ${first} (${from}) to ${last} (${until}).`,
  levelNone: (what: string) => `${what}: no figure in this range.`,
  others: 'Others',
  apart: (currencies: readonly string[]) => `${currencies.join(', ')} apart`,
  leadsByDay: 'Leads by day and status now',
  usageByDay: (meter: string) => `${meter} by day`,
  quantity: 'Quantity',
  unusual: 'Outside of it',
  usual: 'Mean ± 3σ of 28 days',
  unusualDays: (count: string) => `Days outside the usual range: ${count}.`,
  addonsByMonth: 'Net by SKU and month',
  spanning: (from: string, until: string) => `from ${from} to ${until}`,
} as const;
