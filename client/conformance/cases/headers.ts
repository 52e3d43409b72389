import { single, type Case } from '../case.ts';
import { draftOf, twice, withHeader, without, type Draft } from '../draft.ts';
import type { Probe } from '../probe.ts';

const signedHeaders = ['x-provider-keyid', 'x-timestamp', 'x-nonce', 'x-signature'];
const hex = '0123456789abcdef'.repeat(4);

const valid = (probe: Probe) => draftOf(probe.event());
/** The header is signed as it is sent, so that only its form can be wrong. */
const keyId = (value: string) => (probe: Probe) => draftOf(probe.event({ keyId: value }));
const timestamp = (of: (now: string) => string) => (probe: Probe) =>
  draftOf(probe.event({ timestamp: of(probe.timestamp()) }));
const nonce = (value: string) => (probe: Probe) => draftOf(probe.event({ nonce: value }));
const idempotencyKey = (value: string) => (probe: Probe) => draftOf(probe.event({ idempotencyKey: value }));
const signature = (of: (right: string) => string) => (probe: Probe) => {
  const draft = valid(probe);
  const [, right = ''] = draft.headers.find(([name]) => name === 'x-signature') ?? [];
  return withHeader(draft, 'x-signature', of(right));
};
const type = (value: string) => (probe: Probe) => withHeader(valid(probe), 'content-type', value);
const many =
  (count: number) =>
  (probe: Probe): Draft => {
    const draft = valid(probe);
    return {
      ...draft,
      headers: [...draft.headers, ...Array.from({ length: count }, (_, index) => [`x-filler-${index}`, '1'] as const)],
    };
  };

const malformed: readonly (readonly [name: string, draft: (probe: Probe) => Draft])[] = [
  ['an empty key id', keyId('')],
  ['a key id of 65 characters', keyId('k'.repeat(65))],
  ['a key id with a dot', keyId('fk.dot')],
  ['a key id beyond ASCII', keyId('fk_\u00e9')],
  ['an empty timestamp', timestamp(() => '')],
  ['a timestamp in milliseconds', timestamp((now) => `${now}000`)],
  ['a timestamp of 9 digits', timestamp((now) => now.slice(1))],
  ['a timestamp with a leading zero', timestamp((now) => `0${now.slice(1)}`)],
  ['a timestamp with a sign', timestamp((now) => `+${now}`)],
  ['a timestamp with a fraction', timestamp((now) => `${now}.0`)],
  ['a timestamp with an exponent', timestamp(() => '1.7e9')],
  ['a timestamp in hex', timestamp((now) => `0x${Number(now).toString(16)}`)],
  ['a timestamp as an instant', timestamp(() => '2026-01-01T00:00:00Z')],
  ['a nonce of 15 characters', nonce('n'.repeat(15))],
  ['a nonce of 129 characters', nonce('n'.repeat(129))],
  ['a nonce with padding', nonce('bm9uY2UtMDAwMDAwMDAw==')],
  ['an empty nonce', nonce('')],
  ['an idempotency key that is empty', idempotencyKey('')],
  ['an idempotency key of 256 characters', idempotencyKey('i'.repeat(256))],
  ['an idempotency key with a space', idempotencyKey('two words')],
  ['an idempotency key beyond ASCII', idempotencyKey('cl\u00e9')],
  ['a signature in upper case', signature((right) => right.slice(0, 3) + right.slice(3).toUpperCase())],
  ['a signature without its version', signature((right) => right.slice(3))],
  ['a signature of version 3', signature((right) => `v3${right.slice(2)}`)],
  ['a signature with V2=', signature((right) => `V${right.slice(1)}`)],
  ['a signature with a colon', signature((right) => right.replace('=', ':'))],
  ['a signature of 63 digits', signature((right) => right.slice(0, -1))],
  ['a signature of 65 digits', signature((right) => `${right}0`)],
  ['a signature in base64url', signature((right) => `v2=${Buffer.from(right.slice(3), 'hex').toString('base64url')}`)],
  ['a signature with something behind it', signature((right) => `${right},v1=${hex}`)],
  ['an empty signature', signature(() => '')],
];

export const headerCases: readonly Case[] = [
  ...signedHeaders.map((name) => single('header_missing', `without ${name}`, (probe) => without(valid(probe), name))),
  ...signedHeaders.map((name) => single('header_invalid', `${name} twice`, (probe) => twice(valid(probe), name))),
  single('header_invalid', 'x-idempotency-key twice', (probe) => twice(valid(probe), 'x-idempotency-key')),
  ...malformed.map(([name, draft]) => single('header_invalid', name, draft)),
  single('header_invalid', 'more header fields than any client needs', many(120)),
  single('header_invalid', 'headers of 20 KB', (probe) => withHeader(valid(probe), 'x-filler', 'x'.repeat(20_000))),
  single('header_invalid', 'a control character in a header', (probe) =>
    withHeader(valid(probe), 'x-filler', 'a\u0001b'),
  ),
  single('header_invalid', 'both a length and chunks', (probe) =>
    withHeader({ ...valid(probe), framing: 'chunked' }, 'Content-Length', '4'),
  ),
  single('idempotency_key_required', 'without x-idempotency-key', (probe) =>
    draftOf(probe.event({ idempotencyKey: undefined })),
  ),
  single('idempotency_key_required', 'usage without x-idempotency-key', (probe) =>
    draftOf(probe.usage({ idempotencyKey: undefined })),
  ),
  single('content_type_unsupported', 'without a content type', (probe) => without(valid(probe), 'content-type')),
  ...[
    'text/plain',
    'text/json',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/problem+json',
  ].map((value) => single('content_type_unsupported', value, type(value))),
  ...['gzip', 'br', 'deflate'].map((coding) =>
    single('content_type_unsupported', `content-encoding ${coding}`, (probe) =>
      withHeader(valid(probe), 'content-encoding', coding),
    ),
  ),
  single('accepted', 'a content type with charset=utf-8', type('application/json; charset=utf-8')),
  single('accepted', 'the shortest nonce', (probe) =>
    draftOf(probe.event({ nonce: probe.event().nonce.slice(0, 16) })),
  ),
  single('accepted', 'the longest nonce', (probe) =>
    draftOf(probe.event({ nonce: probe.event().nonce.padEnd(128, '_') })),
  ),
  single('accepted', 'the longest idempotency key', (probe) =>
    draftOf(probe.event({ idempotencyKey: probe.event().nonce.padEnd(255, '~') })),
  ),
  single('accepted', 'header names in upper case', (probe) => {
    const draft = valid(probe);
    return { ...draft, headers: draft.headers.map(([name, value]) => [name.toUpperCase(), value] as const) };
  }),
];
