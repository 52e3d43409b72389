'use server';

import { cookies } from 'next/headers';
import { z } from 'zod';
import { addPasskey } from '../../../../../auth/factors.ts';
import type { FactorAdded } from '../../../../../auth/factors.ts';
import { askForNewPasskey } from '../../../../../auth/passkeys.ts';
import { NewPasskey } from '../../../../../auth/passkey-schema.ts';
import type { Staff } from '../../../../../auth/session.ts';
import { cookieOf } from '../../../../../auth/session-cookie.ts';
import { staffAction } from '../../../../../auth/staff-action.ts';
import { isFreshlyProven } from '../../../../../auth/step-up.ts';
import { now } from '../../../../../server/now.ts';
import { proofContext } from '../../../../../server/proof-context.ts';

const isFresh = (staff: Staff) => isFreshlyProven(staff, now());
const factorName = z.string().trim().min(1).max(64);

export const offerPasskey = staffAction({
  name: 'factor.passkey.offer',
  allows: isFresh,
  input: z.strictObject({}),
  run: async (staff) => {
    const { db, party, now: at } = proofContext();
    if (!party) return undefined;
    return askForNewPasskey(db, staff, { purpose: 'register', staffId: staff.id, party, now: at });
  },
});

export const confirmPasskey = staffAction({
  name: 'factor.passkey.add',
  allows: isFresh,
  input: z.strictObject({ answer: NewPasskey, name: factorName }),
  run: async (staff, told) => goOn(await addPasskey(proofContext(), staff, told)),
});

/** The session goes on under a new token, which the browser gets as its cookie and no script sees. */
async function goOn(added: FactorAdded) {
  if (added.status === 'refused') return added;
  (await cookies()).set(cookieOf(added.token));
  return { status: added.status, recoveryCodes: added.recoveryCodes };
}
