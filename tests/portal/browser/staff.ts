import { underTest } from './under-test.ts';

/** The members of staff that the portals under test know. */
export const password = 'correct horse battery staple';

/** A ring that seals nothing but the secrets of tests. */
export const staffSecretKeys = `k1:${Buffer.alloc(32, 7).toString('base64url')}`;

/** The ring of the gateway and of the portal that makes its keys. */
export const keyEncryptionKeys = `k1:${Buffer.alloc(32, 9).toString('base64url')}`;

export const staff = [
  { email: 'provider@example.org', name: 'Priya Provider', roles: ['provider'] },
  { email: 'accountant@example.org', name: 'Ada Accountant', roles: ['accountant'] },
  { email: 'developer@example.org', name: 'Dev Developer', roles: ['developer'] },
  { email: 'guesser@example.org', name: 'Gus Guessed', roles: ['provider'] },
];

export type Role = 'provider' | 'accountant' | 'developer';

export const sessionCookie = '__Host-provider_sid';

export function portal(name: 'full' | 'empty' = 'full'): string {
  return underTest()[name];
}

export function postSignIn(
  origin: string,
  email: string,
  secret: string,
  headers: Record<string, string> = { origin },
) {
  return fetch(`${origin}/sign-in/submit`, {
    method: 'POST',
    headers: { ...headers, accept: 'application/json' },
    body: new URLSearchParams({ email, password: secret }),
    redirect: 'manual',
  });
}

/** A new session's token. */
export async function signIn(role: Role, origin = portal()): Promise<string> {
  const response = await postSignIn(origin, `${role}@example.org`, password);
  const token = /__Host-provider_sid=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
  if (!token) throw new Error(`no session for ${role}: ${response.status}`);
  return token;
}
