import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { inTenants } from '#prisma/pool';
import { removeAuthenticator, takeAuthenticator } from './authenticator.ts';
import { listPasskeys, takeNewPasskey } from './passkeys.ts';
import type { Passkey } from './passkeys.ts';
import type { NewPasskey } from './passkey-schema.ts';
import type { ProofContext } from './prove.ts';
import { countRecoveryCodes, issueRecoveryCodes } from './recovery-codes.ts';
import { endSessions } from './revoke-sessions.ts';
import { endOneFactorSessions, proveSession } from './session.ts';
import type { Staff } from './session.ts';
import { appendStaffAudit } from './staff-audit.ts';

/** What a member can prove themselves with. */
export interface Factors {
  readonly source: 'env' | 'oidc';
  readonly hasPassword: boolean;
  readonly hasAuthenticator: boolean;
  readonly passkeys: readonly Passkey[];
  readonly recoveryCodesLeft: number;
}

export type FactorAdded =
  /** Recovery codes come with the first factor only; the session goes on under the token. */
  | { readonly status: 'added'; readonly recoveryCodes: readonly string[]; readonly token: string }
  | { readonly status: 'refused' };

export type FactorRemoved = { readonly status: 'removed' | 'missing' | 'required' };

export async function readFactors(db: pg.Pool | pg.ClientBase, staffId: string): Promise<Factors> {
  const { rows } = await db.query(
    'select source, password_hash is not null as has_password, totp_secret_enc is not null as has_authenticator from staff_member where id = $1',
    [staffId],
  );
  const row = rows[0];
  return {
    source: row?.source ?? 'env',
    hasPassword: row?.has_password ?? false,
    hasAuthenticator: row?.has_authenticator ?? false,
    passkeys: await listPasskeys(db, staffId),
    recoveryCodesLeft: await countRecoveryCodes(db, staffId),
  };
}

export function addAuthenticator(
  context: ProofContext,
  staff: Staff,
  { sealed, code }: { readonly sealed: string; readonly code: string },
): Promise<FactorAdded> {
  const { ring, now } = context;
  return addFactor(context, staff, { factor: 'authenticator' }, (client) =>
    takeAuthenticator(client, ring, { staffId: staff.id, sealed, code, now }),
  );
}

export function addPasskey(
  context: ProofContext,
  staff: Staff,
  { answer, name }: { readonly answer: NewPasskey; readonly name: string },
): Promise<FactorAdded> {
  const { party, now } = context;
  return addFactor(context, staff, { factor: 'passkey', name }, async (client) => {
    if (!party) return false;
    const question = { purpose: 'register', staffId: staff.id, party, now } as const;
    return takeNewPasskey(client, { answer, name, staffId: staff.id }, question);
  });
}

/** @param isRequired whether the member's roles may not be without a second factor */
export function removeFactor(
  { db }: ProofContext,
  staff: Staff,
  factor: { readonly kind: 'authenticator' } | { readonly kind: 'passkey'; readonly id: string },
  isRequired: boolean,
): Promise<FactorRemoved> {
  return inTenants(db, [providerChain], async (client) => {
    await lockMember(client, staff.id);
    const before = await readFactors(client, staff.id);
    const named = before.passkeys.find(({ id }) => factor.kind === 'passkey' && factor.id === id);
    if (factor.kind === 'passkey' ? !named : !before.hasAuthenticator) return { status: 'missing' };
    const isLast = before.passkeys.length + (before.hasAuthenticator ? 1 : 0) === 1;
    if (isLast && isRequired) return { status: 'required' };
    if (factor.kind === 'authenticator') await removeAuthenticator(client, staff.id);
    else await client.query('delete from staff_passkey where id = $1 and staff_id = $2', [factor.id, staff.id]);
    // Codes stand in for a second factor; without one they would be a way in that nobody looks after.
    if (isLast) await client.query('delete from staff_recovery_code where staff_id = $1', [staff.id]);
    const detail = { factor: factor.kind, ...(named && { name: named.name }) };
    await appendStaffAudit(client, staff, { action: 'staff.factor_removed', staffId: staff.id, detail });
    return { status: 'removed' };
  });
}

/** Takes away all that another member proves themselves with but the password, and ends their sessions; whether there was anything. */
export function resetFactors(
  { db, now }: ProofContext,
  by: Staff,
  { staffId, reason }: { readonly staffId: string; readonly reason: string },
): Promise<boolean> {
  return inTenants(db, [providerChain], async (client) => {
    await lockMember(client, staffId);
    const { hasAuthenticator, passkeys } = await readFactors(client, staffId);
    if (!hasAuthenticator && passkeys.length === 0) return false;
    await removeAuthenticator(client, staffId);
    await client.query('delete from staff_passkey where staff_id = $1', [staffId]);
    await client.query('delete from staff_recovery_code where staff_id = $1', [staffId]);
    await endSessions(client, by, { staffId, exceptId: undefined, reason }, now);
    const detail = { factor: 'all', reason };
    await appendStaffAudit(client, by, { action: 'staff.factor_removed', staffId, detail });
    return true;
  });
}

/** New recovery codes in place of those before; undefined for a member who has no second factor that they could stand in for. */
export function renewRecoveryCodes({ db }: ProofContext, staff: Staff): Promise<readonly string[] | undefined> {
  return inTenants(db, [providerChain], async (client) => {
    await lockMember(client, staff.id);
    const { hasAuthenticator, passkeys } = await readFactors(client, staff.id);
    if (!hasAuthenticator && passkeys.length === 0) return undefined;
    const codes = await issueRecoveryCodes(client, staff.id);
    await appendStaffAudit(client, staff, { action: 'staff.recovery_codes_issued', staffId: staff.id });
    return codes;
  });
}

function addFactor(
  { db, now }: ProofContext,
  staff: Staff,
  detail: object,
  take: (client: pg.PoolClient) => Promise<boolean>,
): Promise<FactorAdded> {
  return inTenants(db, [providerChain], async (client) => {
    await lockMember(client, staff.id);
    const isRight = await take(client);
    const entry = { action: 'staff.factor_added', staffId: staff.id, detail } as const;
    if (!isRight) {
      await appendStaffAudit(client, staff, { ...entry, outcome: 'failed' });
      return { status: 'refused' };
    }
    const token = await proveSession(client, { sessionId: staff.sessionId, authLevel: 2, now, detail });
    if (!token) throw new Error('the session ended while a factor was added');
    await appendStaffAudit(client, staff, entry);
    await endOneFactorSessions(client, staff.sessionId, now);
    const hasCodes = (await countRecoveryCodes(client, staff.id)) > 0;
    return { status: 'added', recoveryCodes: hasCodes ? [] : await issueRecoveryCodes(client, staff.id), token };
  });
}

/** Factors are added and removed one after another. */
async function lockMember(client: pg.ClientBase, staffId: string) {
  await client.query('select from staff_member where id = $1 for update', [staffId]);
}
