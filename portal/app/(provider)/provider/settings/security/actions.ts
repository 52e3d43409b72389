'use server';

import { cookies } from 'next/headers';
import { z } from 'zod';
import { needsTwoFactors } from '../../../../../auth/access.ts';
import { offerAuthenticator } from '../../../../../auth/authenticator.ts';
import { addAuthenticator, addPasskey, removeFactor, renewRecoveryCodes } from '../../../../../auth/factors.ts';
import type { FactorAdded } from '../../../../../auth/factors.ts';
import { askForNewPasskey } from '../../../../../auth/passkeys.ts';
import { NewPasskey } from '../../../../../auth/passkey-schema.ts';
import { revokeSessions } from '../../../../../auth/revoke-sessions.ts';
import { cookieOf } from '../../../../../auth/session-cookie.ts';
import { ActionRefused, staffAction } from '../../../../../auth/staff-action.ts';
import { qrPicture } from '../../../../../format/qr.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { environment } from '../../../../../server/environment.ts';
import { proofContext } from '../../../../../server/proof-context.ts';

const copy = settings.security;
const nothing = z.strictObject({});
const factorName = z.string().trim().min(1).max(64);

/** A secret for an app, as a picture and as text. It counts once a code of it is told. */
export const offerApp = staffAction({
  name: 'factor.app.offer',
  stepUp: true,
  input: nothing,
  run: async (staff) => {
    const { ring, now } = proofContext();
    const { uri, secret, sealed } = offerAuthenticator(ring, staff, now);
    return { picture: qrPicture(uri), secret, sealed };
  },
});

export const confirmApp = staffAction({
  name: 'factor.app.add',
  stepUp: true,
  input: z.strictObject({ sealed: z.string().max(1_024), code: z.string().max(16) }),
  run: async (staff, { sealed, code }) =>
    goOn(await addAuthenticator(proofContext(), staff, { sealed, code: code.replaceAll(/\s/g, '') }), copy.wrongCode),
});

export const offerPasskey = staffAction({
  name: 'factor.passkey.offer',
  stepUp: true,
  input: nothing,
  run: async (staff) => {
    const { db, party, now } = proofContext();
    if (!party) throw new ActionRefused('refused', copy.passkeysAddress);
    return askForNewPasskey(db, staff, { purpose: 'register', staffId: staff.id, party, now });
  },
});

export const confirmPasskey = staffAction({
  name: 'factor.passkey.add',
  stepUp: true,
  input: z.strictObject({ answer: NewPasskey, name: factorName }),
  run: async (staff, told) => goOn(await addPasskey(proofContext(), staff, told), copy.wrongPasskey),
});

export const dropFactor = staffAction({
  name: 'factor.remove',
  stepUp: true,
  input: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('authenticator') }),
    z.strictObject({ kind: z.literal('passkey'), id: z.uuid() }),
  ]),
  run: async (staff, factor) => {
    const isRequired = environment().REQUIRE_MFA && needsTwoFactors(staff.roles);
    const { status } = await removeFactor(proofContext(), staff, factor, isRequired);
    if (status === 'required') throw new ActionRefused('refused', copy.lastFactor);
    if (status === 'missing') throw new ActionRefused('conflict', copy.goneFactor);
  },
});

export const renewCodes = staffAction({
  name: 'factor.recovery.renew',
  stepUp: true,
  input: nothing,
  run: async (staff) => {
    const codes = await renewRecoveryCodes(proofContext(), staff);
    if (!codes) throw new ActionRefused('conflict', copy.recoveryNone);
    return codes;
  },
});

/** Signs a member out elsewhere: in one place, or everywhere but here. */
export const endOwnSessions = staffAction({
  name: 'session.revoke_own',
  input: z.strictObject({ sessionId: z.uuid().optional() }),
  run: (staff, { sessionId }) => {
    const { db, now } = proofContext();
    const which = sessionId === undefined ? { exceptId: staff.sessionId } : { sessionId };
    return revokeSessions(db, staff, { staffId: staff.id, ...which }, now);
  },
});

/** The session goes on under a new token, which the browser gets as its cookie and no script sees. */
async function goOn(added: FactorAdded, refusal: string) {
  if (added.status === 'refused') throw new ActionRefused('refused', refusal);
  (await cookies()).set(cookieOf(added.token));
  return added.recoveryCodes;
}
