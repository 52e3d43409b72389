import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

/** Key-encryption keys by their id. The first writes, all read. */
export interface Keyring {
  readonly writes: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/** A secret under authenticated encryption, as its row holds it. */
export interface SealedSecret {
  readonly kekId: string;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** Whose secret it is. It is authenticated with the secret, so that rows cannot be swapped. */
export interface SecretName {
  readonly orgId: string;
  readonly keyId: string;
  readonly version: number;
}

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const kekIdPattern = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Reads `kekId:base64url(32 bytes)[,kekId:...]`.
 * @param variable where the text comes from, for whoever has to correct it
 * @throws when an entry is malformed; the message names its place and never its value
 */
export function parseKeyring(text: string, variable = 'KEY_ENCRYPTION_KEYS'): Keyring {
  const keys = new Map<string, KeyObject>();
  for (const [index, entry] of text.split(',').entries()) {
    const [kekId = '', encoded = '', ...rest] = entry.trim().split(':');
    const bytes = Buffer.from(encoded, 'base64url');
    const isSound =
      kekIdPattern.test(kekId) &&
      rest.length === 0 &&
      bytes.length === keyBytes &&
      bytes.toString('base64url') === encoded;
    if (!isSound) throw new Error(`${variable}: entry ${index + 1} is not kekId:base64url of ${keyBytes} bytes`);
    if (keys.has(kekId)) throw new Error(`${variable}: entry ${index + 1} repeats a kekId`);
    keys.set(kekId, createSecretKey(bytes));
  }
  const [writes = ''] = keys.keys();
  return { writes, keys };
}

export function sealSecret(ring: Keyring, secret: string, name: SecretName): SealedSecret {
  const iv = randomBytes(ivBytes);
  const sealing = createCipheriv(cipher, keyOf(ring, ring.writes), iv, { authTagLength: tagBytes }).setAAD(
    associatedData(name),
  );
  const ciphertext = Buffer.concat([sealing.update(secret, 'utf8'), sealing.final()]);
  return { kekId: ring.writes, iv, ciphertext, tag: sealing.getAuthTag() };
}

/** @throws when the ring lacks the key, or the row is not what was sealed under this name */
export function openSecret(ring: Keyring, sealed: SealedSecret, name: SecretName): string {
  const key = keyOf(ring, sealed.kekId);
  // Node throws on an IV, tag or text of a wrong form as well as on a wrong tag: for a reader they are one and the same.
  try {
    const opening = createDecipheriv(cipher, key, sealed.iv, { authTagLength: tagBytes })
      .setAAD(associatedData(name))
      .setAuthTag(sealed.tag);
    return Buffer.concat([opening.update(sealed.ciphertext), opening.final()]).toString('utf8');
  } catch {
    throw new Error(
      `the secret of ${name.keyId}, version ${name.version}, does not open: its row is not what was sealed`,
    );
  }
}

function keyOf(ring: Keyring, kekId: string): KeyObject {
  const key = ring.keys.get(kekId);
  if (!key) throw new Error(`the ring of key-encryption keys holds no key "${kekId}"`);
  return key;
}

function associatedData({ orgId, keyId, version }: SecretName) {
  return Buffer.from(`${orgId}|${keyId}|${version}`, 'utf8');
}
