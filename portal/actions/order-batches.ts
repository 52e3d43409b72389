import 'server-only';
import type { StaffCommandKind } from '#domain/billing/staff-commands';
import type { Staff } from '../auth/session.ts';
import type { BulkItem } from './bulk-result.ts';
import { orderCommand, uuidOf } from './order-command.ts';
import type { OrderOutcome } from './order-outcome.ts';
import { messages } from '../messages/en.ts';

const batchMax = 200;
const atOnce = 4;

/** One thing that a bulk write is about. */
export interface BatchRow {
  readonly key: string;
  readonly orgId: string;
  readonly id: string;
  readonly label: string;
}

interface BulkOrder {
  /** Made by the form: sent again, a batch of the same rows is the same order. */
  readonly id: string;
  readonly kind: StaffCommandKind;
  readonly reason: string;
  /** How many things one order is about at most; where it is one, what it refuses is skipped. */
  readonly sizeMax?: number;
  readonly bodyOf: (ids: readonly string[], first: BatchRow) => object;
  /** What a done order says of one of its rows. */
  readonly becameOf: (result: unknown, id: string) => Pick<BulkItem, 'became' | 'note'>;
}

/** Orders a change of many rows: per organisation, at most 200 in an order, which is one transaction. */
export async function orderBatches(
  staff: Staff,
  order: BulkOrder,
  rows: readonly BatchRow[],
): Promise<readonly BulkItem[]> {
  const items: BulkItem[] = [];
  const waiting = batchesOf(rows, order.sizeMax ?? batchMax);
  const work = async () => {
    for (let batch = waiting.shift(); batch; batch = waiting.shift())
      items.push(...(await orderOne(staff, order, batch)));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return items;
}

async function orderOne(staff: Staff, order: BulkOrder, rows: readonly BatchRow[]): Promise<BulkItem[]> {
  const [first] = rows;
  if (!first) return [];
  const { orgId } = first;
  const { kind, reason } = order;
  const ids = rows.map(({ id }) => id);
  const body = order.bodyOf(ids, first);
  const outcome = await orderCommand(staff, { orgId, kind, body, reason, id: uuidOf([order.id, orgId, ...ids]) });
  return rows.map(({ key, id, label }) => ({ id: key, label, ...becameOf(order, outcome, id) }));
}

function becameOf(order: BulkOrder, outcome: OrderOutcome, id: string): Pick<BulkItem, 'became' | 'note'> {
  switch (outcome.outcome) {
    case 'done':
      return order.becameOf(outcome.result, id);
    case 'refused':
      return { became: order.sizeMax === 1 ? 'skipped' : 'failed', note: outcome.because };
    case 'pending':
      return { became: 'waiting', note: messages.actions.waiting };
  }
}

function batchesOf(rows: readonly BatchRow[], sizeMax: number): (readonly BatchRow[])[] {
  const byOrg = new Map<string, BatchRow[]>();
  for (const row of rows) {
    const own = byOrg.get(row.orgId);
    if (own) own.push(row);
    else byOrg.set(row.orgId, [row]);
  }
  return [...byOrg.values()].flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / sizeMax) }, (_, n) => own.slice(n * sizeMax, (n + 1) * sizeMax)),
  );
}
