'use server';

import { z } from 'zod';
import { can } from '../../../../auth/access.ts';
import { staffAction } from '../../../../auth/staff-action.ts';
import { orderRefund } from '../../../../services/provider/addon-orders.ts';

export const refundPurchase = staffAction({
  name: 'addons.refund',
  allows: (staff) => can(staff, 'addons', 'refund'),
  stepUp: true,
  input: z.strictObject({
    row: z.string().min(1).max(400),
    amountMinor: z.string().regex(/^[1-9][0-9]{0,18}$/),
    versionSeen: z.int().min(1),
    reason: z.string().trim().min(1).max(500),
    id: z.uuid(),
  }),
  run: orderRefund,
});
