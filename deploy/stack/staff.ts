import type { Secrets } from './secrets.ts';

export type Staff = {
  readonly login: { readonly email: string; readonly password: string };
  /** What the portal reads its staff from. */
  readonly environment: string;
};

const email = 'staff@example.com';
const roles = ['provider', 'accountant', 'developer'] as const;

/** One member of staff with every role, and one with each alone, to see what it sees; their password is that of .data/secrets.json. */
export function demoStaff({ staffPassword, staffPasswordHash: passwordHash }: Secrets): Staff {
  const singles = roles.map((role) => ({
    email: `${role}@example.com`,
    name: `Demo ${role[0]?.toUpperCase()}${role.slice(1)}`,
    roles: [role],
    passwordHash,
  }));
  const members = [{ email, name: 'Demo Staff', roles, passwordHash }, ...singles];
  return { login: { email, password: staffPassword }, environment: JSON.stringify(members) };
}
