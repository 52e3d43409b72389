import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSecret, parseKeyring, sealSecret } from '#prisma/keyring';

const entry = (kekId: string) => `${kekId}:${randomBytes(32).toString('base64url')}`;
const [older, newer] = [entry('k1'), entry('k2')];
const ring = parseKeyring(older);
const name = { orgId: 'acme', keyId: 'fk_dev_1', version: 1 };

describe('a sealed secret', () => {
  test('opens to what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (secret) => {
        expect(openSecret(ring, sealSecret(ring, secret, name), name)).toBe(secret);
      }),
    );
  });

  test('does not open under the name of another org, key or version', () => {
    const sealed = sealSecret(ring, 'fsk_secret', name);
    for (const other of [
      { ...name, orgId: 'beta' },
      { ...name, keyId: 'fk_dev_2' },
      { ...name, version: 2 },
    ]) {
      expect(() => openSecret(ring, sealed, other)).toThrow('does not open');
    }
  });

  test('does not open after a change of any bit, nor with a shorter tag', () => {
    const sealed = sealSecret(ring, 'fsk_secret', name);
    for (const part of ['iv', 'ciphertext', 'tag'] as const) {
      for (let bit = 0; bit < sealed[part].length * 8; bit += 1) {
        const changed = Buffer.from(sealed[part]);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(() => openSecret(ring, { ...sealed, [part]: changed }, name)).toThrow('does not open');
      }
    }
    expect(() => openSecret(ring, { ...sealed, tag: sealed.tag.subarray(0, 12) }, name)).toThrow('does not open');
    expect(() => openSecret(ring, { ...sealed, iv: Buffer.alloc(0) }, name)).toThrow('does not open');
  });

  test('has an IV of its own, and does not show the secret', () => {
    const sealed = Array.from({ length: 1_000 }, () => sealSecret(ring, 'fsk_secret', name));
    expect(new Set(sealed.map(({ iv }) => iv.toString('hex'))).size).toBe(1_000);
    expect(new Set(sealed.map(({ ciphertext }) => ciphertext.toString('hex'))).size).toBe(1_000);
    expect(sealed.some(({ ciphertext }) => ciphertext.includes('fsk_'))).toBe(false);
  });
});

describe('a ring', () => {
  test('writes with its first key and reads with all', () => {
    const sealed = sealSecret(ring, 'fsk_secret', name);
    const both = parseKeyring(`${newer}, ${older}`);
    expect(openSecret(both, sealed, name)).toBe('fsk_secret');
    const anew = sealSecret(both, 'fsk_secret', name);
    expect([sealed.kekId, anew.kekId]).toEqual(['k1', 'k2']);
    expect(() => openSecret(ring, anew, name)).toThrow('holds no key "k2"');
  });

  const key = randomBytes(32).toString('base64url');
  test.each([
    ['empty', ''],
    ['without an id', key],
    ['with an empty id', `:${key}`],
    ['with a short key', `k1:${key.slice(0, -2)}`],
    ['with a long key', `k1:${key}AA`],
    ['with a padded key', `k1:${key}=`],
    ['in another alphabet', `k1:${'+/'.repeat(21)}A`],
    ['with three parts', `k1:${key}:x`],
    ['with an entry too many', `k1:${key},`],
    ['with an id twice', `k1:${key},k1:${key}`],
    ['with an id that is none', `k 1:${key}`],
  ])('%s is refused, and its message shows nothing of it', (_, text) => {
    const parse = () => parseKeyring(text);
    expect(parse).toThrow('KEY_ENCRYPTION_KEYS: entry');
    expect(parse).not.toThrow(key.slice(0, 8));
  });
});
