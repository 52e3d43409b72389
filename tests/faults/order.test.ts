import { expect, test } from 'vitest';
import { openLedger, type Ledger } from './harness/ledger.ts';
import { eventRequest, type Request } from './harness/plan.ts';
import type { Step } from './harness/stories.ts';
import { useSharedServices } from './harness/use-stack.ts';

const { stack } = useSharedServices('embedded');
const testTimeoutMs = 150_000;
const money = { currency: 'EUR' };
const dueAt = '2026-12-31T00:00:00Z';

// What each step says depends on what comes before it: of the two refunds one is too much, whichever arrives first.
const invoice: readonly Step[] = [
  { type: 'invoice.issued', data: { ...money, stream: 'usage', amountMinor: 1_000, dueAt } },
  { type: 'invoice.paid', data: { ...money, paymentId: 'A', amountMinor: 400 } },
  { type: 'invoice.refunded', data: { ...money, refundId: 'R', amountMinor: 300 } },
  { type: 'invoice.refunded', data: { ...money, refundId: 'S', amountMinor: 200 } },
];

test.each([
  ['D4: all orders of one history, one event after the other', 10],
  ['D4: all orders of one history, as fast as they can be sent', undefined],
])(
  '%s, give one state',
  async (title, waitS) => {
    const ledger = await openLedger(stack(), `d4-${Date.now()}`, 2);
    const orders = permutations([0, 1, 2, 3]);
    const histories = orders.map((order, which) =>
      order.flatMap((step) => requestOf(ledger.tenants[which % 2] ?? '', `I-${which}`, step)),
    );
    const sending: Promise<unknown>[] = [];
    for (let round = 0; round < invoice.length; round++) {
      const arriving = histories.flatMap((history) => history[round] ?? []);
      sending.push(...arriving.map((request) => ledger.send(request, waitS ? { waitS } : {})));
      if (waitS) await Promise.all(sending);
    }
    await Promise.all(sending);
    await ledger.settle(title);
    const { rows } = await stack().db.query(
      `select distinct status, total_minor::int as total, paid_minor::int as paid, refunded_minor::int as refunded, version
        from invoice where org_id = any($1)`,
      [ledger.tenants],
    );
    expect(rows).toEqual([{ status: 'open', total: 1_000, paid: 400, refunded: 300, version: 3 }]);
  },
  testTimeoutMs,
);

test.each<[string, readonly Step[], string]>([
  [
    'D1: lead.converted before lead.created makes the lead, which is completed later',
    [
      { type: 'lead.created', data: { leadId: 'L', source: 'web' } },
      { type: 'lead.converted', data: { leadId: 'L' } },
    ],
    "select status, source, version from lead where org_id = $1 and status = 'converted' and source = 'web' and version = 2",
  ],
  [
    'D2: invoice.paid and invoice.refunded before invoice.issued make it incomplete, and it is completed later',
    invoice.slice(0, 3).map(({ type, data }) => ({ type, data: { invoiceId: 'I', ...data } })),
    "select status from invoice where org_id = $1 and status = 'open' and paid_minor = 400 and refunded_minor = 300 and due_minor = 600",
  ],
])(
  '%s',
  async (title, steps, sql) => {
    const ledger = await openLedger(stack(), `d-${Date.now()}`, 1);
    const [tenant] = ledger.tenants;
    const told = steps.map((step, index) => eventRequest(tenant, `step-${index}`, step, index));
    await sendInTurn(ledger, told.toReversed());
    await ledger.settle(title);
    expect((await stack().db.query(sql, [tenant])).rowCount).toBe(1);
  },
  testTimeoutMs,
);

async function sendInTurn(ledger: Ledger, requests: readonly Request[]) {
  for (const request of requests) expect(await ledger.send(request, { waitS: 10 })).toMatchObject({ status: 200 });
}

function requestOf(tenantId: string, invoiceId: string, index: number): Request[] {
  const step = invoice[index];
  if (!step) return [];
  return [eventRequest(tenantId, `${invoiceId}-${index}`, { ...step, data: { invoiceId, ...step.data } }, index)];
}

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
