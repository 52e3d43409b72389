'use server';

import { z } from 'zod';
import { orderTimes } from '#domain/billing/subscription-orders';
import { can } from '../../../../auth/access.ts';
import type { Staff } from '../../../../auth/session.ts';
import { staffAction } from '../../../../auth/staff-action.ts';
import { orderChange, orderReactivation, previewOrder } from '../../../../services/provider/subscription-orders.ts';

const allows = (staff: Staff) => can(staff, 'subscriptions', 'write');
const row = z.string().min(1).max(400);
const told = { reason: z.string().trim().min(1).max(500), id: z.uuid() };
const versionSeen = z.int().min(1);
const Terms = z.strictObject({
  plan: z.string().min(1).max(128).optional(),
  priceMinor: z.int().min(0).optional(),
  interval: z.enum(['month', 'year']).optional(),
  quantity: z.int().min(1).optional(),
});
const asked = { row, when: z.enum(orderTimes), next: z.union([Terms, z.literal('end')]) };

/** Changes nothing. */
export const previewSubscription = staffAction({
  name: 'subscriptions.preview',
  allows,
  input: z.strictObject(asked),
  run: previewOrder,
});

export const changeSubscription = staffAction({
  name: 'subscriptions.change',
  allows,
  input: z.strictObject({ ...asked, versionSeen, netSeen: z.string().max(21), ...told }),
  run: orderChange,
});

export const reactivateSubscription = staffAction({
  name: 'subscriptions.reactivate',
  allows,
  input: z.strictObject({ row, versionSeen, ...told }),
  run: orderReactivation,
});
