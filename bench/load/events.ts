/** What tenants of a SaaS provider send on a busy day: mostly new things, and what follows on them. About 500 bytes each. */
export function makeEvents(tenantId: string, count: number, run: string): object[] {
  const at = Date.now() - count;
  return Array.from({ length: count }, (_, index) => ({
    type: typeOf(index),
    tenantId,
    occurredAt: new Date(at + index).toISOString(),
    data: dataOf(index, `${run}-${Math.floor(index / mix.length)}`),
  }));
}

const meta = { campaign: 'autumn', channel: 'partner', note: 'x'.repeat(160) };
const money = { currency: 'EUR' };

const mix = [
  {
    type: 'lead.created',
    data: (id: string) => ({
      leadId: id,
      source: 'web',
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      company: 'Northwind',
      valueMinor: 250_000,
      ...money,
      meta,
    }),
  },
  {
    type: 'subscription.created',
    data: (id: string) => ({
      subscriptionId: id,
      plan: 'team',
      status: 'active',
      priceMinor: 9_900,
      ...money,
      interval: 'month',
      meta,
    }),
  },
  {
    type: 'ai.used',
    data: (id: string) => ({
      usageId: id,
      feature: 'lead_analysis',
      model: 'small',
      credits: '1.5',
      promptTokens: 900,
      completionTokens: 120,
      meta,
    }),
  },
  {
    type: 'usage.reported',
    data: () => ({
      meter: 'emails_sent',
      quantity: 120,
      windowStart: '2026-01-01T00:00:00Z',
      windowEnd: '2026-01-01T01:00:00Z',
      meta,
    }),
  },
  {
    type: 'invoice.issued',
    data: (id: string) => ({
      invoiceId: id,
      stream: 'subscriptions',
      amountMinor: 9_900,
      ...money,
      dueAt: '2026-12-31T00:00:00Z',
      meta,
    }),
  },
  {
    type: 'invoice.paid',
    data: (id: string) => ({ invoiceId: id, paymentId: `${id}-p`, amountMinor: 9_900, ...money, method: 'card', meta }),
  },
  {
    type: 'addon.purchased',
    data: (id: string) => ({ purchaseId: id, sku: 'seats', amountMinor: 4_900, ...money, meta }),
  },
  { type: 'lead.converted', data: (id: string) => ({ leadId: id, feeMinor: 15_000, ...money, meta }) },
  {
    type: 'incident.opened',
    data: (id: string) => ({ incidentId: id, title: 'Sync stalled', severity: 'high', meta }),
  },
  { type: 'ai.used', data: (id: string) => ({ usageId: `${id}-b`, feature: 'pricing', credits: 3, meta }) },
] as const;

function typeOf(index: number) {
  return mix[index % mix.length]?.type;
}

function dataOf(index: number, id: string) {
  return mix[index % mix.length]?.data(id);
}
