/** Copy of the leads page. */
export const leads = {
  title: 'Leads',
  purpose: 'Every lead that organisations reported, and whether it is billed.',
  figures: 'Leads in figures',
  caption: 'Leads',
  search: 'Company, e-mail or id…',
  searchLabel: 'Find by a part of company or e-mail, or by exact id',
  empty: 'No leads yet',
  emptyText: 'They appear when an organisation sends lead.created.',
  noMatch: 'No lead matches these filters',
  found: (total: string) => `${total} leads`,
  columns: {
    lead: 'Lead',
    source: 'Source',
    status: 'Status',
    value: 'Value',
    fee: 'Fee',
    billing: 'Billing',
    converted: 'Converted',
    invoice: 'Invoice',
    created: 'Created',
    email: 'E-mail',
    phone: 'Phone',
    company: 'Company',
    name: 'Name',
  },
  valueFrom: 'Value from',
  valueTo: 'Value to',
  statuses: {
    new: 'New',
    contacted: 'Contacted',
    qualified: 'Qualified',
    converted: 'Converted',
    disqualified: 'Disqualified',
  },
  billings: { unbilled: 'Not billed', unpriced: 'No fee', invoiced: 'Invoiced' },
  draft: 'Draft',
  unpricedHint: 'Converted without a fee: not billed until staff set one',
  kpis: {
    open: {
      label: 'New and not converted',
      definition: 'Leads that are new, contacted or qualified now, whenever they were created.',
      opens: 'Leads: new, contacted, qualified',
    },
    unbilled: {
      label: 'Converted, not billed',
      definition:
        'Converted leads that no invoice line bills, whenever they were created, and the fees of those that have one.',
      opens: 'Leads: converted and not billed',
    },
    conversion: {
      label: 'Conversion rate',
      definition:
        'Leads created in the range that converted within 30 days, of all leads created in it. Leads younger than 30 days may still convert. The linked list has all leads of the range.',
      opens: 'Leads created in the range',
    },
    median: {
      label: 'Median time to convert',
      definition:
        'Half of the leads created in the range and converted by now took less than this from creation to conversion.',
      opens: 'Leads created in the range and converted',
    },
  },
  ofReceived: (within: string, received: string) => `${within} of ${received} leads`,
  ofConverted: (count: string) => `${count} converted`,
} as const;
