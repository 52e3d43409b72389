import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Secrets } from './secrets.ts';

export type Staff = {
  readonly login: { readonly email: string; readonly password: string };
  /** What the portal reads its staff from. */
  readonly environment: string;
};

const email = 'staff@example.com';

/** One member of staff with every role, whose password is that of .data/secrets.json. */
export async function demoStaff({ staffPassword }: Secrets): Promise<Staff> {
  const member = {
    email,
    name: 'Demo Staff',
    roles: ['provider', 'accountant', 'developer'],
    passwordHash: await hash(staffPassword),
  };
  return { login: { email, password: staffPassword }, environment: JSON.stringify([member]) };
}

async function hash(password: string) {
  const salt = randomBytes(16);
  const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
  const key = await promisify<string, Buffer, number, object, Buffer>(scrypt)(password, salt, 32, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}
