/**
 * What there is now of which rows do not tell afterwards what there was: kept of each UTC day when it is over, by org and currency. `n` counts, `minor` is
 * an amount. Source: the database's function `stocks_at`.
 */
export const stocks = {
  'usage.billable': 'Periods of meters that are rated and not invoiced, and what they come to',
  'usage.unrated:no_plan': 'Periods of meters with usage of orgs without a plan',
  'usage.unrated:unknown_meter': 'Likewise of meters that the catalogue does not have',
  'usage.unrated:no_price': 'Likewise without a price in force',
  'usage.expected': 'Periods of meters under way',
  'usage.reporting': 'Of these, those with usage in the 24 hours before',
  'books.gaps': 'Cells of the reconciliation that differ, and by how much',
  'keys.due': 'Active keys that end within 7 days, or that nobody used for 30',
  'staff.active': 'Members of staff who may sign in',
  'staff.bare': 'Of these, those without a second factor',
  'staff.sessions': 'Sign-ins that have not ended',
} as const;

export type Stock = keyof typeof stocks;

export const stockNames: readonly Stock[] = Object.keys(stocks).filter((name) => isStock(name));

export function isStock(name: string): name is Stock {
  return Object.hasOwn(stocks, name);
}
