import { createHash } from 'node:crypto';
import { hmacHex } from '../../sign.ts';
import { single, type Case } from '../case.ts';
import { draftOf, withSignature, type Draft, type Parts } from '../draft.ts';
import { demand } from '../judge.ts';
import type { Probe } from '../probe.ts';
import { json } from '../requests.ts';

/** One part is signed with another value than the one that is sent. */
const other =
  (of: (parts: Parts, probe: Probe) => Partial<Parts>) =>
  (probe: Probe): Draft => {
    const parts = probe.event();
    return draftOf(parts, of(parts, probe));
  };

/** Signed over a string of our own making. */
const over =
  (canonical: (fields: string[], parts: Parts) => string, secretOf: (secret: string) => string = (secret) => secret) =>
  (probe: Probe): Draft => {
    const parts = probe.event();
    const fields = [
      parts.method,
      parts.target,
      parts.keyId,
      parts.timestamp,
      parts.nonce,
      sha256(parts.body),
      parts.idempotencyKey ?? '',
    ];
    return withSignature(parts, `v2=${hmacHex(secretOf(parts.secret), canonical(fields, parts))}`);
  };

const differing: readonly (readonly [name: string, draft: (probe: Probe) => Draft])[] = [
  ['another method', other(() => ({ method: 'PUT' }))],
  ['a method in lower case', other(() => ({ method: 'post' }))],
  ['another target', other(() => ({ target: '/api/federation/usage' }))],
  ['a target with the host', other(({ target }, { baseUrl }) => ({ target: new URL(target, baseUrl).href }))],
  ['another key id', other(() => ({ keyId: 'fk_other' }))],
  ['another secret', other(({ secret }) => ({ secret: `${secret}x` }))],
  ['another timestamp', other((_, probe) => ({ timestamp: probe.timestamp(-1) }))],
  ['another nonce', other(({ nonce }) => ({ nonce: `${nonce}x` }))],
  ['another idempotency key', other(({ idempotencyKey }) => ({ idempotencyKey: `${idempotencyKey}x` }))],
  ['one byte more of the body', other(({ body }) => ({ body: Buffer.concat([body, Buffer.from(' ')]) }))],
  [
    'one bit of the body',
    other(({ body }) => ({ body: Buffer.from(body.map((byte, index) => (index === 20 ? byte ^ 1 : byte))) })),
  ],
  [
    'the body written anew',
    other(({ body }) => ({ body: Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1)) })),
  ],
  ['no body', other(() => ({ body: Buffer.alloc(0) }))],
];

const composed: readonly (readonly [name: string, draft: (probe: Probe) => Draft])[] = [
  ['a line feed at the end', over((fields) => `${fields.join('\n')}\n`)],
  ['CR LF between the fields', over((fields) => fields.join('\r\n'))],
  ['spaces between the fields', over((fields) => fields.join(' '))],
  ['no idempotency key', over((fields) => fields.slice(0, 6).join('\n'))],
  [
    'the body hash in upper case',
    over((fields) => fields.map((field, index) => (index === 5 ? field.toUpperCase() : field)).join('\n')),
  ],
  [
    'the body itself in place of its hash',
    over((fields, { body }) => fields.map((field, index) => (index === 5 ? body.toString() : field)).join('\n')),
  ],
  [
    'timestamp and nonce exchanged',
    over(([a = '', b = '', c = '', d = '', e = '', ...rest]) => [a, b, c, e, d, ...rest].join('\n')),
  ],
  [
    'the part of the secret behind fsk_',
    over(
      (fields) => fields.join('\n'),
      (secret) => secret.replace(/^fsk_/, ''),
    ),
  ],
  [
    'the bytes that the secret decodes to',
    over(
      (fields) => fields.join('\n'),
      (secret) => Buffer.from(secret.replace(/^fsk_/, ''), 'base64url').toString('latin1'),
    ),
  ],
  ['all zeros', (probe) => withSignature(probe.event(), `v2=${'0'.repeat(64)}`)],
  ['a version 1 signature called version 2', (probe) => relabelled(probe, 1)],
  ['a version 2 signature called version 1', (probe) => relabelled(probe, 2)],
];

export const signatureCases: readonly Case[] = [
  single('accepted', 'version 2', (probe) => draftOf(probe.event())),
  single('accepted', 'version 1', (probe) => draftOf(probe.event({ version: 1 }))),
  single('accepted', 'usage, version 2', (probe) => draftOf(probe.usage())),
  single('accepted', 'a body with white space and characters beyond ASCII', (probe) =>
    draftOf(
      probe.event({
        body: Buffer.from(
          ` ${probe.eventBody().toString().replace('"source":"conformance"', '"source":"confor\u00e9\u{1f600}"')}\r\n\t`,
          'utf8',
        ),
      }),
    ),
  ),
  ...differing.map(([name, draft]) => single('signature_invalid', `signed with ${name}`, draft)),
  ...composed.map(([name, draft]) => single('signature_invalid', `signed over ${name}`, draft)),
  single('signature_invalid', 'a key that does not exist', (probe) =>
    draftOf(probe.event({ keyId: 'fk_conformance_no_such_key' })),
  ),
  {
    code: 'signature_invalid',
    name: 'an unknown key and a wrong signature are answered in the same words',
    async run(probe) {
      const unknown = await probe.expect(
        draftOf(probe.event({ keyId: 'fk_conformance_no_such_key' })),
        'signature_invalid',
      );
      const wrong = await probe.expect(draftOf(probe.event(), { secret: 'fsk_wrong' }), 'signature_invalid');
      const [one, two] = [unknown, wrong].map(({ body }) => JSON.stringify({ ...body, requestId: '' }));
      demand(one === two, 'the answers differ');
      demand(
        !unknown.headers.has('ratelimit') && !wrong.headers.has('ratelimit'),
        'a stranger is told of a rate limit',
      );
    },
  },
  {
    code: 'signature_invalid',
    name: 'a forged request burns no nonce and reserves no idempotency key',
    async run(probe) {
      const parts = probe.event();
      await probe.expect(draftOf(parts, { secret: 'fsk_wrong' }), 'signature_invalid');
      await probe.expect(
        draftOf({ ...parts, body: json({ forged: true }) }, { secret: 'fsk_wrong' }),
        'signature_invalid',
      );
      const reply = await probe.expect(draftOf(parts), 'accepted');
      demand(!reply.headers.has('idempotency-replayed'), 'the genuine request was answered as a repeat');
    },
  },
];

function relabelled(probe: Probe, version: 1 | 2): Draft {
  const draft = draftOf(probe.event({ version }));
  const headers = draft.headers.map(
    ([name, value]) => [name, name === 'x-signature' ? `v${3 - version}${value.slice(2)}` : value] as const,
  );
  return { ...draft, headers };
}

function sha256(body: Buffer) {
  return createHash('sha256').update(body).digest('hex');
}
