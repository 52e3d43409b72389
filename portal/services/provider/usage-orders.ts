import 'server-only';
import { z } from 'zod';
import { orderCommand } from '../../actions/order-command.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { messages } from '../../messages/en.ts';
import { database } from '../../server/database.ts';
import { readOne } from './list-source.ts';
import { readOutcome } from './order-told.ts';
import type { Outcome, Told } from './order-told.ts';
import { usageSource } from './usage.service.ts';

export const Rerated = z.object({
  currency: z.string(),
  quantityBefore: z.string(),
  quantity: z.string(),
  bookedMinor: z.string(),
  comesToMinor: z.string(),
  rows: z.number().optional(),
  lines: z.array(
    z.object({
      sourceKey: z.string(),
      amountMinor: z.string(),
      quantity: z.string(),
      isLate: z.boolean(),
      invoiceRef: z.string(),
    }),
  ),
});
/** What a window was booked as, what it comes to, and the lines that the difference is. */
export type Rerated = z.output<typeof Rerated>;

interface RerateAsked extends Told {
  readonly row: string;
  /** Says what it would book, and books nothing. */
  readonly isDryRun: boolean;
  readonly comesToSeen?: string | undefined;
}

export async function orderRerate(
  staff: Staff,
  { row, isDryRun, comesToSeen, reason, id }: RerateAsked,
): Promise<Outcome<Rerated>> {
  assertCan(staff, 'usage', 'rerate');
  const { orgId, ...of } = await load(row);
  const body = { ...of, isDryRun, comesToSeen };
  return readOutcome(await orderCommand(staff, { orgId, kind: 'rerate', body, reason, id }), Rerated);
}

interface ExclusionAsked extends Told {
  readonly row: string;
  readonly isExcluded: boolean;
  /** All of the window where none is named. */
  readonly rows?: readonly { readonly eventId: string; readonly index: number }[] | undefined;
}

/** Takes usage out of the window, or in again; what that changes is booked at once. */
export async function orderExclusion(
  staff: Staff,
  { row, isExcluded, rows, reason, id }: ExclusionAsked,
): Promise<Outcome<Rerated>> {
  assertCan(staff, 'usage', 'exclude');
  const { orgId, ...of } = await load(row);
  const kind = isExcluded ? 'exclude_usage' : 'include_usage';
  return readOutcome(await orderCommand(staff, { orgId, kind, body: { ...of, rows }, reason, id }), Rerated);
}

async function load(row: string) {
  const found = await readOne(database().pool, usageSource, row);
  if (!found) throw new ActionRefused('refused', messages.lists.goneText);
  return { orgId: found.org.id, meter: found.meter, periodStart: new Date(found.start).toISOString() };
}
