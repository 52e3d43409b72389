import { createSecretKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalString, signedBy } from '#gateway/guards/canonical';

const vectors = z
  .array(
    z.object({
      name: z.string(),
      method: z.string(),
      requestTarget: z.string(),
      keyId: z.string(),
      secret: z.string(),
      timestamp: z.string(),
      nonce: z.string(),
      idempotencyKey: z.string(),
      body: z.string(),
      bodySha256: z.string(),
      canonicalV1: z.string(),
      signatureV1: z.string(),
      canonicalV2: z.string(),
      signatureV2: z.string(),
    }),
  )
  .min(4)
  .parse(JSON.parse(await readFile('tests/contract-vectors.json', 'utf8')));

test.each(vectors)('control 1: the canonical strings and signatures of "$name" are the contract\'s', (vector) => {
  const secret = { key: createSecretKey(Buffer.from(vector.secret, 'utf8')) };
  const other = { key: createSecretKey(Buffer.from(`${vector.secret}x`, 'utf8')) };
  expect(canonicalString(1, vector)).toBe(vector.canonicalV1);
  expect(canonicalString(2, vector)).toBe(vector.canonicalV2);
  for (const [canonical, signature] of [
    [vector.canonicalV1, vector.signatureV1],
    [vector.canonicalV2, vector.signatureV2],
  ] as const) {
    const hex = signature.slice('v1='.length);
    expect(signedBy([secret], canonical, hex)).toBe(secret);
    expect(signedBy([other, secret], canonical, hex)).toBe(secret);
    expect(signedBy([secret, other], canonical, hex)).toBe(secret);
    expect(signedBy([other], canonical, hex)).toBeUndefined();
    expect(signedBy([], canonical, hex)).toBeUndefined();
    expect(signedBy([secret], `${canonical} `, hex)).toBeUndefined();
  }
});
