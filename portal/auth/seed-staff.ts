import type pg from 'pg';
import { providerChain } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import type { StaffSeed } from '../server/environment.ts';
import { hashPassword, isPasswordHash } from './password.ts';
import { uuid7 } from './uuid7.ts';

/**
 * Makes the staff tables say what the environment says: idempotent, by email.
 * A member that is missing there is disabled. All sessions of that member end, and of one whose password is another.
 */
export async function seedStaff(db: pg.Pool, seed: StaffSeed, now: EpochMs): Promise<void> {
  const members: SeededMember[] = [];
  // A plain one, which only tests have, has another hash at each boot.
  const hashed = seed.flatMap(({ email, passwordHash }) =>
    passwordHash ? [{ email: email.toLowerCase(), passwordHash }] : [],
  );
  for (const { email, name, roles, password, passwordHash } of seed) {
    const stored = passwordHash ?? (await hashPassword(password ?? ''));
    if (!isPasswordHash(stored)) throw new Error(`PROVIDER_STAFF: the passwordHash of ${email} cannot be read`);
    members.push({ id: uuid7(now), email: email.toLowerCase(), name, roles, password_hash: stored });
  }
  await inTenants(db, [providerChain], async (client) => {
    // Several portals may boot at once.
    await client.query("select pg_advisory_xact_lock(hashtextextended('staff seed', 0))");
    await client.query(revokeChanged, [JSON.stringify(hashed)]);
    const { rows: changes } = await client.query(upsert, [JSON.stringify(members)]);
    const { rows: removed } = await client.query(disableMissing, [members.map(({ email }) => email)]);
    await client.query(revokeDisabled);
    const entries = [
      ...changes.map(({ id, is_new: isNew, roles }) => entry(isNew ? 'staff.added' : 'staff.changed', id, { roles })),
      ...removed.map(({ id }) => entry('staff.disabled', id, {})),
    ];
    if (entries.length > 0) await client.query('select append_audit($1)', [JSON.stringify(entries)]);
    await client.query(noteSeed, [members.length, new Date(now)]);
  });
}

interface SeededMember {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly password_hash: string;
}

const revokeChanged = `
  update staff_session s set revoked_at = now()
  from json_to_recordset($1) as told (email text, "passwordHash" text) join staff_member m on m.email = told.email
  where m.id = s.staff_id and m.password_hash is distinct from told."passwordHash" and s.revoked_at is null`;

const upsert = `
  with told as (select * from json_to_recordset($1) as (id uuid, email text, name text, roles text[], password_hash text)),
  written as (
    insert into staff_member as s (id, email, name, roles, password_hash, source)
    select id, email, name, roles, password_hash, 'env' from told
    on conflict (email) do update set name = excluded.name, roles = excluded.roles, password_hash = excluded.password_hash,
      disabled_at = null, source = 'env', updated_at = now()
    where (s.name, s.roles, s.password_hash, s.disabled_at, s.source) is distinct from
      (excluded.name, excluded.roles, excluded.password_hash, null, 'env')
    returning id, roles, xmax = 0 as is_new)
  select * from written order by id`;

const disableMissing = `
  update staff_member set disabled_at = now(), updated_at = now()
  where source = 'env' and disabled_at is null and email <> all ($1) returning id`;

const revokeDisabled = `
  update staff_session s set revoked_at = now()
  from staff_member m where m.id = s.staff_id and m.disabled_at is not null and s.revoked_at is null`;

const noteSeed = `
  insert into staff_seed (source, members, seeded_at) values ('env', $1, $2)
  on conflict (source) do update set members = excluded.members, seeded_at = excluded.seeded_at`;

function entry(action: string, staffId: string, detail: object) {
  return {
    org_id: providerChain,
    actor_type: 'system',
    actor: 'environment',
    action,
    subject: `staff:${staffId}`,
    detail,
  };
}
