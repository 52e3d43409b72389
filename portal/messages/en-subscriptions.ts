/** Copy of the subscriptions page. */
export const subscriptions = {
  title: 'Subscriptions',
  purpose: 'What recurs: who pays for which plan, and how the monthly revenue moved.',
  figures: 'Subscriptions in figures',
  caption: 'Subscriptions',
  search: 'Find by exact id…',
  searchLabel: 'Find a subscription by its exact id',
  empty: 'No subscriptions yet',
  emptyText: 'They appear with subscription.created.',
  noMatch: 'No subscription matches these filters',
  found: (total: string) => `${total} subscriptions`,
  columns: {
    subscription: 'Subscription',
    plan: 'Plan',
    status: 'Status',
    price: 'Price',
    quantity: 'Quantity',
    mrr: 'MRR',
    started: 'Started',
    renews: 'Renews',
    canceled: 'Canceled',
    reason: 'Cancel reason',
    created: 'Created',
  },
  statuses: {
    active: 'Active',
    past_due: 'Past due',
    trialing: 'Trialing',
    incomplete: 'Incomplete',
    canceled: 'Canceled',
  },
  per: (interval: string) => `/ ${interval}`,
  changes: 'Changes',
  kpis: {
    mrr: {
      label: 'MRR',
      definition:
        'Monthly-normalised net price of subscriptions that are active or past due, each rounded before summing; the sum of the rows of the linked list. Without tax, usage and add-ons. Past due counts and is told apart.',
      opens: 'Subscriptions: active and past due',
    },
    arr: {
      label: 'ARR',
      definition: 'Twelve times the MRR.',
      opens: 'Subscriptions: active and past due',
    },
    net: {
      label: 'Net new MRR',
      definition:
        'New + expansion + reactivation − contraction − churn over the range, of all organisations and plans, from the roll-ups. The linked list has the subscriptions that began in the range.',
      opens: 'Subscriptions created in the range',
    },
    churn: {
      label: 'Logo churn',
      definition:
        'Organisations whose MRR went to 0 in the range, of those that had MRR at its start, from the roll-ups. Of the MRR at the start, the note tells what churn and contraction less expansion took away. The linked list has subscriptions begun in the range and canceled.',
      opens: 'Subscriptions created in the range and canceled',
    },
  },
  pastDue: (amount: string) => `of which past due ${amount}`,
  movements: {
    new: 'new',
    expansion: 'expansion',
    reactivation: 'reactivation',
    contraction: 'contraction',
    churn: 'churn',
  },
  netChurn: (share: string) => `net revenue churn ${share}`,
  ofOrgs: (part: string, whole: string) => `${part} of ${whole} organisations`,
  noMovement: 'no movement',
} as const;
