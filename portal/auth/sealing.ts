import { openSecret, sealSecret } from '#prisma/keyring';
import type { Keyring, SecretName } from '#prisma/keyring';
import { providerChain } from '#domain/ids';

/** Seals a text under the portal's own ring as one line; it opens under the same name only, so that nothing can be put elsewhere. */
export function seal(ring: Keyring, text: string, name: string): string {
  const { kekId, iv, ciphertext, tag } = sealSecret(ring, text, nameOf(name));
  return [kekId, ...[iv, ciphertext, tag].map((bytes) => bytes.toString('base64url'))].join('|');
}

/** Undefined for what was not sealed under this name with a key of the ring. */
export function unseal(ring: Keyring, sealed: string, name: string): string | undefined {
  const [kekId = '', iv = '', ciphertext = '', tag = ''] = sealed.split('|');
  const parts = { iv: bytesOf(iv), ciphertext: bytesOf(ciphertext), tag: bytesOf(tag) };
  try {
    return openSecret(ring, { kekId, ...parts }, nameOf(name));
  } catch {
    return undefined;
  }
}

function nameOf(name: string): SecretName {
  return { orgId: providerChain, keyId: name, version: 1 };
}

function bytesOf(text: string) {
  return Buffer.from(text, 'base64url');
}
