import { providerChain } from '#domain/ids';
import { minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import { countAttempt, forgive, forgiveLogin, loginBuckets, secondStepBucket } from './login-limits.ts';
import { verifyPassword } from './password.ts';
import { takeFactor } from './prove.ts';
import type { ProofContext, ProofOutcome, SecondFactor } from './prove.ts';
import { noteFailedProof, proveSession } from './session.ts';
import type { Staff } from './session.ts';

/** How long a proof is good for what asks for a fresh one. */
export const freshMs = 10 * minuteMs;

/** Whether the session proved who it is within the last ten minutes: at sign-in, or since. */
export function isFreshlyProven(staff: Pick<Staff, 'reauthAt'>, now: EpochMs): boolean {
  return now - staff.reauthAt <= freshMs;
}

export type StepUpProof =
  | { readonly kind: 'password'; readonly password: string; readonly addressPrefix: string }
  | Exclude<SecondFactor, { readonly kind: 'recovery' }>;

/**
 * Proves again who is there. A member with a second factor proves with that one: a password alone may be a stolen one.
 * The session goes on under a new token.
 */
export async function stepUp(context: ProofContext, staff: Staff, proof: StepUpProof): Promise<ProofOutcome> {
  const { db, now } = context;
  if ((proof.kind === 'password') === staff.hasSecondFactor) return { status: 'refused' };
  const source = proof.kind === 'password' && { email: staff.email, addressPrefix: proof.addressPrefix };
  const bucket = secondStepBucket(staff.id);
  const retryAfterMs = await countAttempt(db, source ? loginBuckets(source) : [bucket], now);
  if (retryAfterMs > 0) return { status: 'limited', retryAfterMs };
  const isPassword = proof.kind === 'password' && (await isPasswordOf(context, staff.id, proof.password));
  return inTenants(db, [providerChain], async (client) => {
    const isRight = proof.kind === 'password' ? isPassword : await takeFactor(client, context, staff.id, proof);
    const detail = { factor: proof.kind };
    const authLevel = proof.kind === 'password' ? 1 : 2;
    const token = isRight
      ? await proveSession(client, { sessionId: staff.sessionId, authLevel, now, detail })
      : undefined;
    if (!token) {
      await noteFailedProof(client, staff.sessionId, detail);
      return { status: 'refused' };
    }
    await (source ? forgiveLogin(client, source, now) : forgive(client, bucket, now));
    return { status: 'proven', token };
  });
}

async function isPasswordOf({ db }: ProofContext, staffId: string, password: string) {
  const { rows } = await db.query('select password_hash from staff_member where id = $1', [staffId]);
  return verifyPassword(password, rows[0]?.password_hash);
}
