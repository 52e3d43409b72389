import type pg from 'pg';
import { providerChain } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import type { Keyring } from '#prisma/keyring';
import { inTenants } from '#prisma/pool';
import { takeCode } from './authenticator.ts';
import { countAttempt, forgive, secondStepBucket } from './login-limits.ts';
import { takePasskeyAnswer } from './passkeys.ts';
import type { PasskeyAnswer } from './passkey-schema.ts';
import { takeRecoveryCode } from './recovery-codes.ts';
import type { RelyingParty } from './relying-party.ts';
import { appendStaffAudit } from './staff-audit.ts';
import { noteFailedProof, proveSession } from './session.ts';
import type { PendingSession } from './session.ts';

/** What proofs are checked with. */
export interface ProofContext {
  readonly db: pg.Pool;
  readonly ring: Keyring;
  readonly party: RelyingParty | undefined;
  readonly now: EpochMs;
}

export type SecondFactor =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'recovery'; readonly code: string }
  | { readonly kind: 'passkey'; readonly answer: PasskeyAnswer };

export type ProofOutcome =
  | { readonly status: 'proven'; readonly token: string }
  | { readonly status: 'refused' }
  | { readonly status: 'limited'; readonly retryAfterMs: number };

/** The second step of a sign-in: its session becomes whole, under a new token. */
export async function takeSecondStep(
  context: ProofContext,
  pending: PendingSession,
  factor: SecondFactor,
): Promise<ProofOutcome> {
  const { db, now } = context;
  const { id: staffId, sessionId } = pending;
  const bucket = secondStepBucket(staffId);
  const retryAfterMs = await countAttempt(db, [bucket], now);
  if (retryAfterMs > 0) return { status: 'limited', retryAfterMs };
  return inTenants(db, [providerChain], async (client) => {
    const detail = { factor: factor.kind };
    const isRight = await takeFactor(client, context, staffId, factor);
    const token = isRight ? await proveSession(client, { sessionId, authLevel: 2, now, detail }) : undefined;
    if (!token) {
      await noteFailedProof(client, sessionId, detail);
      return { status: 'refused' };
    }
    await forgive(client, bucket, now);
    if (factor.kind === 'recovery')
      await appendStaffAudit(client, pending, { action: 'staff.recovery_code_used', staffId, detail });
    return { status: 'proven', token };
  });
}

/** Whether the factor is the member's, taking it so that it is not taken again. */
export async function takeFactor(
  client: pg.ClientBase,
  { ring, party, now }: ProofContext,
  staffId: string,
  factor: SecondFactor,
): Promise<boolean> {
  switch (factor.kind) {
    case 'code':
      return takeCode(client, ring, { staffId, code: factor.code, now });
    case 'recovery':
      return takeRecoveryCode(client, staffId, factor.code, now);
    case 'passkey': {
      if (!party) return false;
      const question = { purpose: 'prove', staffId, party, now } as const;
      return (await takePasskeyAnswer(client, factor.answer, question)) === staffId;
    }
  }
}
