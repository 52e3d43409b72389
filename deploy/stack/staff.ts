import type { Secrets } from './secrets.ts';

export type Staff = {
  readonly login: { readonly email: string; readonly password: string };
  /** What the portal reads its staff from. */
  readonly environment: string;
};

const email = 'staff@example.com';

/** One member of staff with every role, whose password is that of .data/secrets.json. */
export function demoStaff({ staffPassword, staffPasswordHash }: Secrets): Staff {
  const roles = ['provider', 'accountant', 'developer'];
  const member = { email, name: 'Demo Staff', roles, passwordHash: staffPasswordHash };
  return { login: { email, password: staffPassword }, environment: JSON.stringify([member]) };
}
