'use server';

import { z } from 'zod';
import { Picked } from '../../../../../actions/picked.ts';
import { can } from '../../../../../auth/access.ts';
import { resetFactors } from '../../../../../auth/factors.ts';
import { revokeSessions } from '../../../../../auth/revoke-sessions.ts';
import type { Staff } from '../../../../../auth/session.ts';
import { ActionRefused, staffAction } from '../../../../../auth/staff-action.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { proofContext } from '../../../../../server/proof-context.ts';
import { endPickedSessions } from '../../../../../services/provider/end-sessions.ts';
import { readWords } from '../asked.ts';

const maySee = (staff: Staff) => can(staff, 'settings', 'staff');
const reason = z.string().trim().min(1).max(500);

/** Signs a member out: in one place, or everywhere; who does it to themselves stays here. */
export const endMemberSessions = staffAction({
  name: 'session.revoke',
  allows: maySee,
  stepUp: true,
  input: z.strictObject({ staffId: z.uuid(), sessionId: z.uuid().optional(), reason }),
  run: async (staff, { staffId, sessionId, reason: why }) => {
    const { db, now } = proofContext();
    const which = sessionId === undefined ? { exceptId: staff.sessionId } : { sessionId };
    const ended = await revokeSessions(db, staff, { staffId, reason: why, ...which }, now);
    if (ended === 0) throw new ActionRefused('conflict', settings.staff.endedAlready);
    return ended;
  },
});

/** Signs out in many places at once. */
export const endChosenSessions = staffAction({
  name: 'session.revoke_many',
  allows: maySee,
  stepUp: true,
  input: z.strictObject({ picked: Picked, reason, id: z.uuid() }),
  run: (staff, { picked, reason: why }) => {
    const params = new URLSearchParams(picked.kind === 'ids' ? '' : picked.params);
    const { q } = readWords(Object.fromEntries(params)).filters;
    return endPickedSessions(staff, { picked, q, reason: why });
  },
});

/** For a member who has lost what they prove themselves with. */
export const resetMember = staffAction({
  name: 'factor.reset',
  allows: maySee,
  stepUp: true,
  input: z.strictObject({ staffId: z.uuid(), reason }),
  run: async (staff, { staffId, reason: why }) => {
    if (staffId === staff.id) throw new ActionRefused('refused', settings.staff.resetOwn);
    if (!(await resetFactors(proofContext(), staff, { staffId, reason: why })))
      throw new ActionRefused('conflict', settings.staff.resetAlready);
  },
});
