'use server';

import { cookies, headers } from 'next/headers';
import { z } from 'zod';
import { environment } from '../server/environment.ts';
import { proofContext } from '../server/proof-context.ts';
import { addressPrefix, clientAddress } from './client-address.ts';
import { readFactors } from './factors.ts';
import { askForPasskey } from './passkeys.ts';
import { PasskeyAnswer } from './passkey-schema.ts';
import { cookieOf } from './session-cookie.ts';
import { staffAction } from './staff-action.ts';
import { stepUp } from './step-up.ts';

/** How the member can prove again who they are. */
export const askProof = staffAction({
  name: 'step_up.ask',
  input: z.strictObject({}),
  run: async (staff) => {
    const { db, party, now } = proofContext();
    const { hasPassword, hasAuthenticator, passkeys } = await readFactors(db, staff.id);
    const question = party && passkeys.length > 0 && ({ purpose: 'prove', staffId: staff.id, party, now } as const);
    return {
      hasPassword: hasPassword && !staff.hasSecondFactor,
      hasCode: hasAuthenticator,
      passkey: question ? await askForPasskey(db, question) : undefined,
    };
  },
});

const Proof = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('password'), password: z.string().min(1).max(1_024) }),
  z.strictObject({ kind: z.literal('code'), code: z.string().max(16) }),
  z.strictObject({ kind: z.literal('passkey'), answer: PasskeyAnswer }),
]);

/** Takes the proof; the session goes on under a new token. */
export const prove = staffAction({
  name: 'step_up.prove',
  input: Proof,
  run: async (staff, told) => {
    const address = clientAddress(await headers(), environment().TRUSTED_PROXIES);
    const proof =
      told.kind === 'password'
        ? { ...told, addressPrefix: addressPrefix(address) }
        : told.kind === 'code'
          ? { ...told, code: told.code.replaceAll(/\s/g, '') }
          : told;
    const outcome = await stepUp(proofContext(), staff, proof);
    if (outcome.status === 'proven') (await cookies()).set(cookieOf(outcome.token));
    return { status: outcome.status };
  },
});
