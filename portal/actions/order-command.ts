import 'server-only';
import { hash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { mayOrder } from '#domain/billing/order-rights';
import { staffCommandBodies } from '#domain/billing/staff-commands';
import type { StaffCommandKind } from '#domain/billing/staff-commands';
import { awaitCommand, orderStaffCommand } from '#temporal/staff-commands';
import type { CommandStanding } from '#temporal/staff-commands';
import { AccessDenied } from '../auth/access.ts';
import type { Staff } from '../auth/session.ts';
import { ActionRefused } from '../auth/staff-action.ts';
import { messages } from '../messages/en.ts';
import { database } from '../server/database.ts';
import { log } from '../server/log.ts';
import { orderStarter } from '../server/orders.ts';
import type { OrderOutcome } from './order-outcome.ts';

const patienceMs = 5_000;

export interface PortalOrder {
  readonly orgId: string;
  readonly kind: StaffCommandKind;
  /** As its kind's schema has it. */
  readonly body: object;
  readonly reason: string;
  /** Made by the form, so that a form that is sent twice is one order. What was refused changed nothing: sent again it is another. */
  readonly id?: string;
}

/** What a form says of what its member looked at: sent again it may have been read anew. */
const seen = ['versionSeen', 'revisionSeen', 'statusSeen', 'feeSeen', 'netSeen', 'comesToSeen'];

/**
 * Orders a change of an organisation's books and waits a little for it. Its run does it once, also when nobody waits any more.
 * @throws ActionRefused where the form was sent before with something else
 */
export async function orderCommand(staff: Staff, order: PortalOrder): Promise<OrderOutcome> {
  if (!mayOrder(staff.roles, order.kind, order.body)) throw new AccessDenied('orders', order.kind);
  const { pool } = database();
  const id = await idOf(pool, staff, order);
  const ordered = await orderStaffCommand(orderStarter(), pool, {
    ...order,
    id,
    by: staff,
  });
  // Stored is ordered, also when nobody can look how it stands.
  const { status, result } = await awaitCommand(pool, ordered, ordered.isStarted ? patienceMs : 0).catch(lookLater);
  switch (status) {
    case 'done':
      return { outcome: 'done', result };
    case 'refused':
      return { outcome: 'refused', ...refusalOf(result) };
    case 'pending':
      return { outcome: 'pending' };
  }
}

async function idOf(
  pool: pg.Pool,
  staff: Staff,
  { orgId, kind, body, reason, id: form }: PortalOrder,
): Promise<string> {
  if (form === undefined) return randomUUID();
  const told = JSON.stringify(staffCommandBodies[kind].parse(body));
  for (let refusals = 0; ; refusals += 1) {
    const id = uuidOf([form, staff.id, kind, String(refusals)]);
    const { rows } = await pool.query<{ status: string; is_same: boolean }>(
      'select status, is_same from order_given($1, $2, $3, $4, $5)',
      [orgId, id, told, reason, seen],
    );
    const [known] = rows;
    if (known?.status === 'refused') continue;
    if (known?.is_same === false) throw new ActionRefused('conflict', messages.actions.sentOtherwise);
    return id;
  }
}

/** A UUID of what it is made of. */
export function uuidOf(parts: readonly string[]): string {
  const hex = hash('sha256', JSON.stringify(parts), 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function lookLater(error: unknown): CommandStanding {
  log.warn({ error: String(error) }, 'an order is stored, and how it stands is not known');
  return { status: 'pending', result: undefined };
}

function refusalOf(result: unknown) {
  const told = typeof result === 'object' && result !== null ? result : {};
  return {
    code: 'refused' in told ? String(told.refused) : 'malformed',
    because: 'because' in told ? String(told.because) : '',
  };
}
