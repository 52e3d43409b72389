import { readFileSync } from 'node:fs';
import { sign } from '../sign.ts';
import type { Case } from './case.ts';
import { demand } from './judge.ts';

/** One example of the contract: what is signed, and what comes of it. */
export interface Vector {
  readonly name: string;
  readonly method: string;
  readonly requestTarget: string;
  readonly keyId: string;
  readonly secret: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly idempotencyKey: string;
  readonly body: string;
  readonly bodySha256: string;
  readonly canonicalV1: string;
  readonly signatureV1: string;
  readonly canonicalV2: string;
  readonly signatureV2: string;
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../contract-vectors.json', import.meta.url), 'utf8'),
);

/** The contract's own examples, without the network: they tell whether this library signs as the contract says. */
export const vectorCases: readonly Case[] = vectors.map((vector) => ({
  code: 'vectors',
  name: vector.name,
  async run() {
    const [v1, v2] = [sign({ ...vector, version: 1 }), sign({ ...vector, version: 2 })];
    demand(v1.bodySha256 === vector.bodySha256, `the body hashes to ${v1.bodySha256}`);
    demand(v1.canonical === vector.canonicalV1 && v2.canonical === vector.canonicalV2, 'the canonical string differs');
    demand(v1.signature === vector.signatureV1 && v2.signature === vector.signatureV2, 'the signature differs');
  },
}));
