import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { inTenants } from '#prisma/pool';
import { addressPrefix } from './client-address.ts';
import type { Identity } from './oidc.ts';
import type { ProofContext } from './prove.ts';
import { seal } from './sealing.ts';
import { openSession } from './session.ts';
import { noteFailedSignIn } from './sign-in.ts';
import type { SignInOutcome } from './sign-in.ts';
import { uuid7 } from './uuid7.ts';

/**
 * Signs in whom the provider vouches for; the first time makes them a member. Nobody without a mapped group: who has lost theirs
 * is disabled. An e-mail of a member of the environment stays theirs.
 */
export async function signInWithOidc(
  { db, ring, now }: ProofContext,
  identity: Identity,
  from: { readonly address: string; readonly userAgent: string },
): Promise<SignInOutcome> {
  return inTenants(db, [providerChain], async (client) => {
    const staffId = identity.roles.length > 0 ? await keepMember(client, identity, now) : undefined;
    const detail = { address: addressPrefix(from.address), through: 'oidc' };
    if (staffId === undefined) {
      if (identity.roles.length === 0) await disable(client, identity, now);
      await noteFailedSignIn(client, undefined, { ...detail, email: identity.email });
      return { status: 'refused' };
    }
    const idToken = Buffer.from(seal(ring, identity.idToken, idTokenName(staffId)));
    const { provedAt } = identity;
    const { token, isPending } = await openSession(client, { staffId, ...from, now, provedAt, idToken, detail });
    return { status: isPending ? 'second_step' : 'signed_in', token };
  });
}

export function idTokenName(staffId: string): string {
  return `id-token:${staffId}`;
}

/** The member as the provider has them now; undefined where the e-mail is somebody else's here. */
async function keepMember(client: pg.ClientBase, identity: Identity, now: number): Promise<string | undefined> {
  const { subject, email, name, roles } = identity;
  const { rows } = await client.query<{ id: string | null }>('select keep_staff_of_oidc($1, $2, $3, $4, $5) as id', [
    uuid7(now),
    subject,
    email,
    name,
    roles,
  ]);
  return rows[0]?.id ?? undefined;
}

async function disable(client: pg.ClientBase, { subject }: Identity, now: number) {
  await client.query('select disable_staff_of_oidc($1, $2)', [subject, new Date(now)]);
}
