'use server';

import { z } from 'zod';
import { keyIdPattern, orgIdPattern } from '#domain/ids';
import { dayMs, hourMs } from '#domain/instants';
import { keyScopes } from '#prisma/federation-keys';
import { can } from '../../../../auth/access.ts';
import { staffAction } from '../../../../auth/staff-action.ts';
import type { Staff } from '../../../../auth/session.ts';
import { parseDay, startOfDay, utc, addDays } from '../../../../lists/zones.ts';
import { readKeyUse } from '../../../../services/provider/federation-keys.service.ts';
import {
  issueKey,
  renewKey,
  restoreKey,
  revokeKey,
} from '../../../../services/provider/federation-keys-write.service.ts';

const allows = (staff: Staff) => can(staff, 'federation', 'write');
const keyId = z.string().regex(keyIdPattern);
const reason = z.string().trim().min(1).max(500);
const overlaps = [0, hourMs, dayMs, 2 * dayMs, 7 * dayMs] as const;
const rateMax = 10_000;

export const createKeyAction = staffAction({
  name: 'key.create',
  allows,
  stepUp: true,
  input: z.strictObject({
    tenantId: z.string().trim().regex(orgIdPattern),
    name: z.string().trim().max(128),
    scopes: z.array(z.enum(keyScopes)).min(1).max(keyScopes.length),
    /** The last day on which it verifies. */
    lastDay: z
      .string()
      .refine((day) => parseDay(day) !== undefined)
      .optional(),
    ratePerS: z.number().int().min(1).max(rateMax),
    burst: z.number().int().min(1).max(rateMax),
  }),
  run: (staff, { lastDay, ...order }) => issueKey(staff, { ...order, expiresAt: endOf(lastDay) }),
});

export const rotateKeyAction = staffAction({
  name: 'key.rotate',
  allows,
  stepUp: true,
  input: z.strictObject({ keyId, overlapMs: z.literal([...overlaps]), versionSeen: z.int().min(1) }),
  run: renewKey,
});

export const revokeKeyAction = staffAction({
  name: 'key.revoke',
  allows,
  stepUp: true,
  input: z.strictObject({ keyId, reason }),
  run: (staff, order) => revokeKey(staff, order.keyId, order.reason),
});

export const restoreKeyAction = staffAction({
  name: 'key.restore',
  allows,
  stepUp: true,
  input: z.strictObject({ keyId, reason }),
  run: (staff, order) => restoreKey(staff, order.keyId, order.reason),
});

/** How a key is used now: read while a dialog about it is open. */
export const keyUseAction = staffAction({
  name: 'key.use',
  allows,
  input: z.strictObject({ keyId }),
  run: (staff, order) => readKeyUse(staff, order.keyId),
});

function endOf(day: string | undefined): number | undefined {
  const parsed = day === undefined ? undefined : parseDay(day);
  return parsed && startOfDay(addDays(parsed, 1), utc);
}
