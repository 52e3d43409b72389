import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { inTenants } from '#prisma/pool';
import { addressPrefix } from './client-address.ts';
import type { Identity } from './oidc.ts';
import type { ProofContext } from './prove.ts';
import { seal } from './sealing.ts';
import { openSession } from './session.ts';
import type { SignInOutcome } from './sign-in.ts';
import { appendStaffAudit } from './staff-audit.ts';
import type { StaffDeed } from './staff-audit.ts';
import { uuid7 } from './uuid7.ts';

interface Member {
  readonly id: string;
  readonly has_factor: boolean;
}

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
    const member = identity.roles.length > 0 ? await keepMember(client, identity, now) : undefined;
    const detail = { address: addressPrefix(from.address), through: 'oidc' };
    const entry = { staffId: member?.id, actor: identity.email, detail };
    if (!member) {
      if (identity.roles.length === 0) await disable(client, identity, now);
      await appendStaffAudit(client, { ...entry, action: 'staff.sign_in', outcome: 'failed' });
      return { status: 'refused' };
    }
    const isPending = member.has_factor;
    const idToken = Buffer.from(seal(ring, identity.idToken, idTokenName(member.id)));
    const { provedAt } = identity;
    const token = await openSession(client, { staffId: member.id, ...from, now, isPending, provedAt, idToken });
    await appendStaffAudit(client, { ...entry, action: isPending ? 'staff.first_step' : 'staff.sign_in' });
    return { status: isPending ? 'second_step' : 'signed_in', token };
  });
}

export function idTokenName(staffId: string): string {
  return `id-token:${staffId}`;
}

/** The member as the provider has them now; undefined where the e-mail is somebody else's here. */
async function keepMember(client: pg.ClientBase, identity: Identity, now: number): Promise<Member | undefined> {
  const { subject, email, name, roles } = identity;
  const found = await client.query(
    `select id, source, (email, name, roles, disabled_at) is distinct from ($2::text, $3::text, $4::text[], null::timestamptz) as is_changed,
       totp_secret_enc is not null or exists (select from staff_passkey p where p.staff_id = m.id) as has_factor
     from staff_member m where oidc_subject = $1 for update of m`,
    [subject, email, name, roles],
  );
  const member = found.rows[0];
  if (member && member.source !== 'oidc') return undefined;
  const taken = await client.query('select from staff_member where email = $1 and id is distinct from $2', [
    email,
    member?.id,
  ]);
  if (taken.rowCount !== 0) return undefined;
  if (member && !member.is_changed) return member;
  const id: string = member?.id ?? uuid7(now);
  await client.query(
    `insert into staff_member (id, email, name, roles, source, oidc_subject) values ($1, $2, $3, $4, 'oidc', $5)
     on conflict (id) do update set email = excluded.email, name = excluded.name, roles = excluded.roles, disabled_at = null, updated_at = now()`,
    [id, email, name, roles, subject],
  );
  await append(client, member ? 'staff.changed' : 'staff.added', { id, email }, { roles, through: 'oidc' });
  return { id, has_factor: member?.has_factor ?? false };
}

async function disable(client: pg.ClientBase, { subject, email }: Identity, now: number) {
  const { rows } = await client.query(
    `update staff_member set disabled_at = $2, updated_at = now()
     where oidc_subject = $1 and source = 'oidc' and disabled_at is null returning id`,
    [subject, new Date(now)],
  );
  for (const { id } of rows) {
    await client.query('update staff_session set revoked_at = $2 where staff_id = $1 and revoked_at is null', [
      id,
      new Date(now),
    ]);
    await append(client, 'staff.disabled', { id, email }, { through: 'oidc' });
  }
}

function append(
  client: pg.ClientBase,
  action: StaffDeed,
  { id, email }: { id: string; email: string },
  detail: object,
) {
  return appendStaffAudit(client, { action, staffId: id, actor: email, detail });
}
