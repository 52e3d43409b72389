import { z } from 'zod';
import * as field from './fields.ts';
import { dayMs, type EpochMs } from './instants.ts';

export const usageRowsMax = 1_000;
export const windowDaysMax = 31;

const windowRules = 'The window must not be empty and at most 31 days long';

export const usageRowMembers = {
  meter: field.meterSlug,
  quantity: field.quantity,
  windowStart: field.instant,
  windowEnd: field.instant,
  id: field.id.optional(),
  meta: field.meta.optional(),
};

export function isWindow(row: { readonly windowStart: EpochMs; readonly windowEnd: EpochMs }): boolean {
  return row.windowStart < row.windowEnd && row.windowEnd - row.windowStart <= windowDaysMax * dayMs;
}

export const usageData = z.strictObject(usageRowMembers).refine(isWindow, { path: ['windowEnd'], error: windowRules });
export type UsageData = z.output<typeof usageData>;

export const usageRow = z
  .strictObject({ tenantId: field.id, ...usageRowMembers })
  .refine(isWindow, { path: ['windowEnd'], error: windowRules });
export type UsageRow = z.output<typeof usageRow>;

/** The body of a usage request: 1 to 1,000 rows, a row id at most once. */
export const usageRows = z
  .array(usageRow)
  .min(1)
  .max(usageRowsMax)
  .superRefine((rows, context) => {
    const seen = new Set<string>();
    for (const [index, row] of rows.entries()) {
      if (row.id === undefined) continue;
      if (seen.has(row.id))
        context.addIssue({ code: 'custom', path: [index, 'id'], message: 'Named twice in this request' });
      seen.add(row.id);
    }
  });

/** The type under which a usage request is kept as one event. It is never sent by a tenant. */
export const usageBatchType = 'usage.batch';
