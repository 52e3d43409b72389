'use server';

import { z } from 'zod';
import { orgIdPattern } from '#domain/ids';
import { can } from '../../../../../auth/access.ts';
import { staffAction } from '../../../../../auth/staff-action.ts';
import type { Staff } from '../../../../../auth/session.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { now } from '../../../../../server/now.ts';
import { parseDeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import { replayedMax, replayIdPattern } from '../../../../../services/provider/federation-replay-list.ts';
import {
  cancelReplay,
  chooseByFilter,
  chooseByIds,
  confirmReplay,
  paceReplay,
  replayOne,
  resumeReplay,
} from '../../../../../services/provider/federation-replay-write.service.ts';

const allows = (staff: Staff) => can(staff, 'federation', 'write');
const reason = z.string().trim().min(1).max(500);
const runId = z.string().regex(replayIdPattern);
const ratePerS = z.number().int().min(1).max(200);
const eventId = z.string().regex(/^evt_[A-Za-z0-9_-]{1,128}$/);
const proofAbove = 100;

export const planByFilterAction = staffAction({
  name: 'replay.plan',
  allows,
  input: z.strictObject({ params: z.string().max(4_096) }),
  run: async (staff, { params }) => {
    const { zone } = await readPreferences();
    const query = parseDeliveriesQuery(Object.fromEntries(new URLSearchParams(params)), { zone, now: now() });
    return { runId: await chooseByFilter(staff, query, params) };
  },
});

export const planByIdsAction = staffAction({
  name: 'replay.plan_ids',
  allows,
  input: z.strictObject({ ids: z.array(eventId).min(1).max(replayedMax) }),
  run: async (staff, { ids }) => ({ runId: await chooseByIds(staff, [...new Set(ids)]) }),
});

export const confirmReplayAction = staffAction({
  name: 'replay.confirm',
  allows,
  stepUp: ({ seen }) => seen > proofAbove,
  input: z.strictObject({ runId, reason, ratePerS, seen: z.number().int().min(1).max(replayedMax) }),
  run: confirmReplay,
});

export const paceReplayAction = staffAction({
  name: 'replay.pace',
  allows,
  input: z.strictObject({ runId, ratePerS }),
  run: (staff, order) => paceReplay(staff, order.runId, order.ratePerS),
});

export const cancelReplayAction = staffAction({
  name: 'replay.cancel',
  allows,
  input: z.strictObject({ runId }),
  run: (staff, order) => cancelReplay(staff, order.runId),
});

export const resumeReplayAction = staffAction({
  name: 'replay.resume',
  allows,
  input: z.strictObject({ runId }),
  run: (staff, order) => resumeReplay(staff, order.runId),
});

export const replayOneAction = staffAction({
  name: 'replay.one',
  allows,
  input: z.strictObject({ tenantId: z.string().regex(orgIdPattern), eventId, reason }),
  run: (staff, { tenantId, eventId: id, reason: why }) => replayOne(staff, { tenantId, eventId: id }, why),
});
