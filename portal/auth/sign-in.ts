import type pg from 'pg';
import { providerChain } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import { addressPrefix } from './client-address.ts';
import { countLogin, forgiveLogin } from './login-limits.ts';
import { verifyPassword } from './password.ts';
import { openSession, revokeSession } from './session.ts';
import type { Staff } from './session.ts';

export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  readonly address: string;
  readonly userAgent: string;
  readonly now: EpochMs;
}

export type SignInOutcome =
  | { readonly status: 'signed_in'; readonly token: string; readonly staffId: string }
  | { readonly status: 'refused' }
  | { readonly status: 'limited'; readonly retryAfterMs: number };

/** One way for every failure: same words, same work, whether or not the account exists. */
export async function signIn(db: pg.Pool, attempt: SignInAttempt): Promise<SignInOutcome> {
  const source = { email: attempt.email.trim().toLowerCase(), addressPrefix: addressPrefix(attempt.address) };
  const retryAfterMs = await countLogin(db, source, attempt.now);
  if (retryAfterMs > 0) return { status: 'limited', retryAfterMs };
  const { rows } = await db.query(
    'select id, email, password_hash from staff_member where email = $1 and disabled_at is null',
    [source.email],
  );
  const member = rows[0];
  const isRight = await verifyPassword(attempt.password, member?.password_hash);
  if (!member || !isRight) {
    // What was typed may be a password: an unknown account is not written down.
    await audit(db, { action: 'staff.sign_in', outcome: 'failed', staffId: member?.id, email: member?.email, attempt });
    return { status: 'refused' };
  }
  const token = await inTenants(db, [providerChain], async (client) => {
    await forgiveLogin(client, source, attempt.now);
    const opened = await openSession(client, { staffId: member.id, ...attempt });
    await append(client, { action: 'staff.sign_in', outcome: 'ok', staffId: member.id, email: member.email, attempt });
    return opened;
  });
  return { status: 'signed_in', token, staffId: member.id };
}

export async function signOut(db: pg.Pool, staff: Staff, now: EpochMs): Promise<void> {
  await inTenants(db, [providerChain], async (client) => {
    if (!(await revokeSession(client, staff.sessionId, now))) return;
    await append(client, { action: 'staff.sign_out', outcome: 'ok', staffId: staff.id, email: staff.email });
  });
}

interface Entry {
  readonly action: 'staff.sign_in' | 'staff.sign_out';
  readonly outcome: 'ok' | 'failed';
  readonly staffId: string | undefined;
  readonly email: string | undefined;
  readonly attempt?: SignInAttempt;
}

function audit(db: pg.Pool, entry: Entry) {
  return inTenants(db, [providerChain], (client) => append(client, entry));
}

async function append(client: pg.ClientBase, { action, outcome, staffId, email, attempt }: Entry) {
  const detail = attempt ? { address: addressPrefix(attempt.address) } : {};
  const entry = {
    org_id: providerChain,
    actor_type: 'staff',
    actor: email ?? 'unknown',
    action,
    subject: staffId ? `staff:${staffId}` : 'staff:unknown',
    outcome,
    detail,
  };
  await client.query('select append_audit($1)', [JSON.stringify([entry])]);
}
