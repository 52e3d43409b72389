import 'server-only';
import type { StaffCommandKind } from '#domain/billing/staff-commands';
import { awaitCommand, orderStaffCommand } from '#temporal/staff-commands';
import type { Staff } from '../auth/session.ts';
import { database } from '../server/database.ts';
import { orderStarter } from '../server/orders.ts';
import type { OrderOutcome } from './order-outcome.ts';

const patienceMs = 5_000;

export interface PortalOrder {
  readonly orgId: string;
  readonly kind: StaffCommandKind;
  /** As its kind's schema has it. */
  readonly body: object;
  readonly reason: string;
  /** Made by the form, so that a form that is sent twice is one order. */
  readonly id?: string;
}

/** Orders a change of an organisation's books and waits a little for it. Its run does it once, also when nobody waits any more. */
export async function orderCommand(staff: Staff, order: PortalOrder): Promise<OrderOutcome> {
  const { pool } = database();
  const ordered = await orderStaffCommand(orderStarter(), pool, { ...order, actorType: 'staff', actor: staff.email });
  const { status, result } = await awaitCommand(pool, ordered, ordered.isStarted ? patienceMs : 0);
  switch (status) {
    case 'done':
      return { outcome: 'done', result };
    case 'refused':
      return { outcome: 'refused', ...refusalOf(result) };
    case 'pending':
      return { outcome: 'pending' };
  }
}

function refusalOf(result: unknown) {
  const told = typeof result === 'object' && result !== null ? result : {};
  return {
    code: 'refused' in told ? String(told.refused) : 'malformed',
    because: 'because' in told ? String(told.because) : '',
  };
}
