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
    passwordHash ? [{ email: email.toLowerCase(), password_hash: passwordHash }] : [],
  );
  for (const { email, name, roles, password, passwordHash } of seed) {
    const stored = passwordHash ?? (await hashPassword(password ?? ''));
    if (!isPasswordHash(stored)) throw new Error(`PROVIDER_STAFF: the passwordHash of ${email} cannot be read`);
    members.push({ id: uuid7(now), email: email.toLowerCase(), name, roles, password_hash: stored });
  }
  await inTenants(db, [providerChain], (client) =>
    client.query('select seed_staff($1, $2, $3)', [JSON.stringify(members), JSON.stringify(hashed), new Date(now)]),
  );
}

interface SeededMember {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly password_hash: string;
}
