'use server';

import { z } from 'zod';
import { orgIdPattern } from '#domain/ids';
import { Picked } from '../../../../actions/picked.ts';
import { can } from '../../../../auth/access.ts';
import { staffAction } from '../../../../auth/staff-action.ts';
import type { Staff } from '../../../../auth/session.ts';
import { handleAiAlerts } from '../../../../services/provider/ai-alert-bulk.ts';
import { acknowledgeAlert, muteAlerts, raiseLimit } from '../../../../services/provider/ai-orders.ts';

const allows = (staff: Staff) => can(staff, 'ai', 'limits');
const orgId = z.string().regex(orgIdPattern);

export const setAlertAcknowledged = staffAction({
  name: 'ai.acknowledge',
  allows,
  input: z.strictObject({ orgId, level: z.int().min(1).max(1_000), isWithdrawn: z.boolean() }),
  run: acknowledgeAlert,
});

export const setMuted = staffAction({
  name: 'ai.mute',
  allows,
  input: z.strictObject({ orgId, isMuted: z.boolean() }),
  run: muteAlerts,
});

export const setLimit = staffAction({
  name: 'ai.raise_limit',
  allows,
  stepUp: true,
  input: z.strictObject({
    orgId,
    credits: z.string().regex(/^\d{1,15}(\.\d{1,9})?$/),
    reason: z.string().trim().min(1).max(500),
    id: z.uuid(),
  }),
  run: raiseLimit,
});

export const handleAlerts = staffAction({
  name: 'ai.handle_many',
  allows,
  input: z.strictObject({
    picked: Picked,
    act: z.enum(['acknowledge', 'mute']),
    reason: z.string().trim().min(1).max(500),
    id: z.uuid(),
  }),
  run: handleAiAlerts,
});
