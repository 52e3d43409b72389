'use server';

import { z } from 'zod';
import { usageRowsMax } from '#domain/billing/staff-commands';
import { Picked } from '../../../../actions/picked.ts';
import { can } from '../../../../auth/access.ts';
import type { Staff } from '../../../../auth/session.ts';
import { staffAction } from '../../../../auth/staff-action.ts';
import {
  orderRerates,
  orderUnratedRates,
  previewRerates,
  previewUnratedRates,
} from '../../../../services/provider/usage-bulk-orders.ts';
import { orderExclusion, orderRerate } from '../../../../services/provider/usage-orders.ts';

const mayRerate = (staff: Staff) => can(staff, 'usage', 'rerate');
const row = z.string().min(1).max(400);
const told = { reason: z.string().trim().min(1).max(500), id: z.uuid() };
const minorText = z.string().max(21);
const ratesAsked = z.strictObject({ picked: Picked, comesToSeen: z.record(row, minorText), ...told });
const dryRunsAsked = z.strictObject({ picked: Picked, id: z.uuid() });

/** A dry run books nothing. */
export const rerateWindow = staffAction({
  name: 'usage.rerate',
  allows: mayRerate,
  input: z.strictObject({ row, isDryRun: z.boolean(), comesToSeen: minorText.optional(), ...told }),
  run: orderRerate,
});

export const rerateWindows = staffAction({
  name: 'usage.rerate_many',
  allows: mayRerate,
  input: ratesAsked,
  run: orderRerates,
});

export const rateUnrated = staffAction({
  name: 'usage.rate_unrated',
  allows: mayRerate,
  input: ratesAsked,
  run: orderUnratedRates,
});

/** Dry runs, which book nothing. */
export const previewWindows = staffAction({
  name: 'usage.preview_rerate_many',
  allows: mayRerate,
  input: dryRunsAsked,
  run: previewRerates,
});

export const previewUnrated = staffAction({
  name: 'usage.preview_rate_unrated',
  allows: mayRerate,
  input: dryRunsAsked,
  run: previewUnratedRates,
});

export const excludeUsage = staffAction({
  name: 'usage.exclude',
  allows: (staff) => can(staff, 'usage', 'exclude'),
  input: z.strictObject({
    row,
    isExcluded: z.boolean(),
    rows: z
      .array(z.strictObject({ eventId: z.string().max(200), index: z.int().min(0) }))
      .min(1)
      .max(usageRowsMax)
      .optional(),
    ...told,
  }),
  run: orderExclusion,
});
