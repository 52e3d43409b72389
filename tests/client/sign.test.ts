import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Vector } from '#client/conformance/vectors';
import { sign } from '#client/sign';

const contractFile = 'tests/contract-vectors.json';
const vectors: readonly Vector[] = JSON.parse(readFileSync(contractFile, 'utf8'));

const printable = fc.stringMatching(/^[\x21-\x7e]{1,64}$/);
const parts = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  requestTarget: printable,
  keyId: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
  secret: fc.string({ unit: 'grapheme', minLength: 1 }),
  timestamp: fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }),
  nonce: fc.stringMatching(/^[A-Za-z0-9_-]{16,128}$/),
  idempotencyKey: printable,
  body: fc.uint8Array({ maxLength: 2_000 }),
});

describe('the vectors of the contract', () => {
  test.each(vectors)('$name', (vector) => {
    expect(sign({ ...vector, version: 1 })).toEqual({
      signature: vector.signatureV1,
      canonical: vector.canonicalV1,
      bodySha256: vector.bodySha256,
    });
    expect(sign(vector)).toEqual({
      signature: vector.signatureV2,
      canonical: vector.canonicalV2,
      bodySha256: vector.bodySha256,
    });
  });

  test('the copy that the client ships is the same, byte for byte', () => {
    expect(readFileSync('client/contract-vectors.json').equals(readFileSync(contractFile))).toBe(true);
  });
});

describe('a signature', () => {
  test('is the HMAC of the fields, whatever bytes the body has', () => {
    fc.assert(
      fc.property(parts, fc.constantFrom(1 as const, 2 as const), (given, version) => {
        const fields = [given.method, given.requestTarget, given.keyId, `${given.timestamp}`, given.nonce];
        fields.push(createHash('sha256').update(given.body).digest('hex'));
        if (version === 2) fields.push(given.idempotencyKey);
        const mac = createHmac('sha256', Buffer.from(given.secret, 'utf8'))
          .update(Buffer.from(fields.join('\n'), 'utf8'))
          .digest('hex');
        expect(sign({ ...given, version }).signature).toBe(`v${version}=${mac}`);
      }),
    );
  });

  test('changes with every bit of the body and with every field', () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.integer({ min: 0, max: 7 }), (given, place, bit) => {
        const { signature } = sign(given);
        const body = Buffer.concat([given.body, Buffer.from('x')]);
        const changed = Buffer.from(body);
        changed[place % body.length] = (changed[place % body.length] ?? 0) ^ (1 << bit);
        const others = [
          { ...given, body },
          { ...given, method: 'PUT' },
          { ...given, requestTarget: `${given.requestTarget}?` },
          { ...given, keyId: `${given.keyId}_` },
          { ...given, secret: `${given.secret}x` },
          { ...given, timestamp: given.timestamp + 1 },
          { ...given, nonce: `${given.nonce}_` },
          { ...given, idempotencyKey: `${given.idempotencyKey}.` },
        ];
        for (const other of others) expect(sign(other).signature).not.toBe(signature);
        expect(sign({ ...given, body: changed }).signature).not.toBe(sign({ ...given, body }).signature);
      }),
    );
  });

  test('of version 1 leaves the idempotency key out', () => {
    const [one, other] = vectors
      .slice(0, 1)
      .flatMap((vector) => [vector, { ...vector, idempotencyKey: 'another' }])
      .map((vector) => sign({ ...vector, version: 1 }).signature);
    expect(one).toBe(other);
  });

  test('covers a text as its UTF-8 bytes', () => {
    const [vector] = vectors;
    if (!vector) throw new Error('no vectors');
    const body = 'é😀';
    expect(sign({ ...vector, body })).toEqual(sign({ ...vector, body: Buffer.from(body, 'utf8') }));
  });

  test('is refused where a field holds a line feed, which would shift the fields', () => {
    fc.assert(
      fc.property(
        parts,
        fc.constantFrom('method', 'requestTarget', 'keyId', 'nonce', 'idempotencyKey'),
        (given, field) => {
          expect(() => sign({ ...given, [field]: 'a\nb' })).toThrow(RangeError);
        },
      ),
    );
  });
});
