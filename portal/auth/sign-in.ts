import type pg from 'pg';
import { providerChain } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import { addressPrefix } from './client-address.ts';
import { addressBucket, countAttempt, forgiveLogin, giveBack, loginBuckets } from './login-limits.ts';
import { takePasskeyAnswer } from './passkeys.ts';
import type { PasskeyAnswer } from './passkey-schema.ts';
import { verifyPassword } from './password.ts';
import type { ProofContext } from './prove.ts';
import { openSession } from './session.ts';
import type { PendingSession } from './session.ts';

export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  readonly address: string;
  readonly userAgent: string;
  readonly now: EpochMs;
}

export type SignInOutcome =
  | { readonly status: 'signed_in'; readonly token: string }
  /** The password was right, and the member has a second factor: the token opens nothing but the second step. */
  | { readonly status: 'second_step'; readonly token: string }
  | { readonly status: 'refused' }
  | { readonly status: 'limited'; readonly retryAfterMs: number };

/** One way for every failure: same words, same work, whether or not the account exists. */
export async function signIn(db: pg.Pool, attempt: SignInAttempt): Promise<SignInOutcome> {
  const source = { email: attempt.email.trim().toLowerCase(), addressPrefix: addressPrefix(attempt.address) };
  const retryAfterMs = await countAttempt(db, loginBuckets(source), attempt.now);
  if (retryAfterMs > 0) return { status: 'limited', retryAfterMs };
  const { rows } = await db.query(
    'select m.id, m.password_hash from staff_member m where m.email = $1 and m.disabled_at is null',
    [source.email],
  );
  const member = rows[0];
  const isRight = await verifyPassword(attempt.password, member?.password_hash);
  const detail = { address: source.addressPrefix };
  return inTenants(db, [providerChain], async (client) => {
    if (!member || !isRight) {
      // What was typed may be a password: an unknown account is not written down.
      await noteFailedSignIn(client, member?.id, detail);
      return { status: 'refused' };
    }
    await forgiveLogin(client, source, attempt.now);
    const { token, isPending } = await openSession(client, { staffId: member.id, ...attempt, detail });
    return { status: isPending ? 'second_step' : 'signed_in', token };
  });
}

/** A passkey alone: it is in the member's hands and the device has verified them. */
export async function signInWithPasskey(
  { db, party, now }: ProofContext,
  answer: PasskeyAnswer,
  from: { readonly address: string; readonly userAgent: string },
): Promise<SignInOutcome> {
  if (!party) return { status: 'refused' };
  const prefix = addressPrefix(from.address);
  const bucket = addressBucket(prefix);
  const retryAfterMs = await countAttempt(db, [bucket], now);
  if (retryAfterMs > 0) return { status: 'limited', retryAfterMs };
  const question = { purpose: 'sign_in', staffId: undefined, party, now } as const;
  return inTenants(db, [providerChain], async (client) => {
    const staffId = await takePasskeyAnswer(client, answer, question);
    const detail = { address: prefix, factor: 'passkey' };
    if (!staffId) {
      await noteFailedSignIn(client, undefined, detail);
      return { status: 'refused' };
    }
    await giveBack(client, bucket);
    const { token } = await openSession(client, { staffId, ...from, now, authLevel: 2, detail });
    return { status: 'signed_in', token };
  });
}

/** Ends a session, or a sign-in whose second step is still to come; what the identity provider vouched with, sealed, where one did. */
export async function signOut(
  db: pg.Pool,
  { sessionId }: Pick<PendingSession, 'sessionId'>,
  now: EpochMs,
): Promise<Buffer | undefined> {
  return inTenants(db, [providerChain], async (client) => {
    const { rows } = await client.query<{ id_token: Buffer | null }>('select id_token from sign_out_staff($1, $2)', [
      sessionId,
      new Date(now),
    ]);
    return rows[0]?.id_token ?? undefined;
  });
}

/** Of a member where one is known. The transaction speaks for the provider's own chain. */
export async function noteFailedSignIn(
  client: pg.ClientBase,
  staffId: string | undefined,
  detail: object,
): Promise<void> {
  await client.query('select note_failed_sign_in($1, $2)', [staffId, JSON.stringify(detail)]);
}
