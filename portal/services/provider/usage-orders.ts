import 'server-only';
import { z } from 'zod';
import type { BulkResult } from '../../actions/bulk-result.ts';
import { orderBatches } from '../../actions/order-batches.ts';
import { orderCommand } from '../../actions/order-command.ts';
import type { Picked } from '../../actions/picked.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { formatMoney } from '../../format/numbers.ts';
import { utcDay } from '../../lists/buckets.ts';
import { messages } from '../../messages/en.ts';
import { usage } from '../../messages/en-usage.ts';
import { database } from '../../server/database.ts';
import { readOne } from './list-source.ts';
import { readOutcome } from './order-told.ts';
import type { Outcome, Told } from './order-told.ts';
import { readPicked } from './picked-rows.ts';
import { unratedSource } from './unrated.service.ts';
import { unratedList, usageList } from './usage-list.ts';
import { usageSource } from './usage.service.ts';

const Rerated = z.object({
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

/** Rates many windows again, each as one order; what that changes of one is told with it. */
export async function orderRerates(staff: Staff, asked: BulkAsked): Promise<BulkResult> {
  assertCan(staff, 'usage', 'rerate');
  return rerateAll(staff, asked, await readPicked(database().pool, usageList, usageSource, asked.picked));
}

/** The same of usage that no price was in force for. */
export async function orderUnratedRates(staff: Staff, asked: BulkAsked): Promise<BulkResult> {
  assertCan(staff, 'usage', 'rerate');
  return rerateAll(staff, asked, await readPicked(database().pool, unratedList, unratedSource, asked.picked));
}

interface BulkAsked extends Told {
  readonly picked: Picked;
}

interface RatedWindow {
  readonly key: { readonly id: string };
  readonly org: { readonly id: string; readonly name: string };
  readonly meter: string;
  readonly start: number;
}

async function rerateAll(staff: Staff, { reason, id }: Told, rows: readonly RatedWindow[]): Promise<BulkResult> {
  const bodies = new Map(
    rows.map(({ key, meter, start }) => [
      key.id,
      { meter, periodStart: new Date(start).toISOString(), isDryRun: false },
    ]),
  );
  const items = await orderBatches(
    staff,
    {
      reason,
      id,
      kind: 'rerate',
      sizeMax: 1,
      bodyOf: ([key = '']) => bodies.get(key) ?? {},
      becameOf: (result) => ({ became: 'done', note: noteOf(result) }),
    },
    rows.map(({ key, org, meter, start }) => ({
      key: key.id,
      orgId: org.id,
      id: key.id,
      label: `${meter}, ${utcDay(start)}, ${org.name}`,
    })),
  );
  return { items };
}

function noteOf(told: unknown): string {
  const { data } = Rerated.safeParse(told);
  if (!data) return '';
  const { bookedMinor, comesToMinor, currency, lines } = data;
  if (lines.length === 0) return usage.orders.unchanged(formatMoney(comesToMinor, currency));
  return usage.orders.becomes(formatMoney(bookedMinor, currency), formatMoney(comesToMinor, currency));
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
