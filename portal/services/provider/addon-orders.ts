import 'server-only';
import { z } from 'zod';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { messages } from '../../messages/en.ts';
import { database } from '../../server/database.ts';
import { addonsSource } from './addons.service.ts';
import { orderOfSeen } from './last-change.ts';
import { readOne } from './list-source.ts';
import { readOutcome } from './order-told.ts';
import type { Outcome, Told } from './order-told.ts';

const Refunded = z.object({ amountMinor: z.string(), currency: z.string(), isRated: z.boolean() });
export type Refunded = z.output<typeof Refunded>;

interface RefundAsked extends Told {
  readonly row: string;
  readonly amountMinor: string;
  readonly versionSeen: number;
}

/** Refunds a part of a purchase or what is left of it. */
export async function orderRefund(
  staff: Staff,
  { row, amountMinor, versionSeen, reason, id }: RefundAsked,
): Promise<Outcome<Refunded>> {
  assertCan(staff, 'addons', 'refund');
  const purchase = await readOne(database().pool, addonsSource, row);
  if (!purchase) throw new ActionRefused('refused', messages.lists.goneText);
  const body = { purchaseId: purchase.id, amountMinor, versionSeen };
  const order = { orgId: purchase.org.id, kind: 'refund_addon', body, reason, id } as const;
  return readOutcome(await orderOfSeen(staff, order, `addon/${purchase.id}`), Refunded);
}
