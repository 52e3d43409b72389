/** Copy of the add-ons page. */
export const addons = {
  title: 'Add-ons',
  purpose: 'What organisations bought once, and what of it was refunded.',
  figures: 'Add-ons in figures',
  caption: 'Purchases',
  search: 'Find by exact id…',
  searchLabel: 'Find a purchase by its exact id',
  empty: 'No purchases yet',
  emptyText: 'They appear when an organisation sends addon.purchased.',
  noMatch: 'No purchase matches these filters',
  found: (total: string) => `${total} purchases`,
  columns: {
    purchase: 'Purchase',
    sku: 'SKU',
    quantity: 'Qty',
    amount: 'Amount',
    refunded: 'Refunded',
    net: 'Net',
    status: 'Status',
    purchased: 'Purchased',
  },
  statuses: { purchased: 'Purchased', partly_refunded: 'Partly refunded', refunded: 'Refunded' },
  refunds: 'Refunds',
  kpis: {
    gross: {
      label: 'Gross sales',
      definition: 'What the purchases of the range came to, before refunds, in each currency.',
      opens: 'Add-ons: all purchases of the range',
    },
    refunded: {
      label: 'Refunds',
      definition: 'What was refunded by now of the purchases of the range, whenever it was refunded.',
      opens: 'Add-ons: purchases of the range with refunds',
    },
    net: {
      label: 'Net',
      definition: 'Gross sales of the range less what was refunded of them.',
      opens: 'Add-ons: all purchases of the range',
    },
    whole: {
      label: 'Refund rate',
      definition: 'Purchases of the range that were refunded as a whole, of all purchases of the range.',
      opens: 'Add-ons: refunded purchases of the range',
    },
  },
  purchases: (count: string) => `${count} purchases`,
  ofPurchases: (part: string, whole: string) => `${part} of ${whole} purchases`,
} as const;
