/** Of a client's headers only these have a meaning. The request id is always ours. */
const known = new Set([
  'x-provider-keyid',
  'x-timestamp',
  'x-nonce',
  'x-signature',
  'x-idempotency-key',
  'content-type',
  'content-encoding',
  'prefer',
] as const);
type KnownName = typeof known extends Set<infer Name> ? Name : never;

const signedNames = ['x-provider-keyid', 'x-timestamp', 'x-nonce', 'x-signature'] as const;
type SignedName = (typeof signedNames)[number];

/** Node trims values and reads them as latin1, so every pattern is anchored and ASCII. */
const patterns = {
  'x-provider-keyid': /^[A-Za-z0-9_-]{1,64}$/,
  'x-timestamp': /^[1-9][0-9]{9}$/,
  'x-nonce': /^[A-Za-z0-9_-]{16,128}$/,
  'x-signature': /^v[12]=[0-9a-f]{64}$/,
} as const satisfies Record<SignedName, RegExp>;
const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/;
const contentTypePattern = /^application\/json(?:[ \t]*;[ \t]*charset=(?:utf-8|"utf-8"))?$/i;

const fieldsMax = 64;
const signatureStart = 'v1='.length;

/** The headers of a signed request whose forms are right. Nothing in here is verified yet. */
export interface SignedHeaders {
  readonly keyId: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly signatureVersion: 1 | 2;
  readonly signatureHex: string;
  /** Judged later than the rest, as the contract orders refusals. */
  readonly idempotencyKey: { readonly value: string } | 'absent' | 'invalid';
  readonly hasJsonContent: boolean;
  readonly waitS: number | undefined;
}

export type HeaderScan =
  | { readonly ok: true; readonly headers: SignedHeaders }
  | { readonly ok: false; readonly code: 'header_invalid' }
  | { readonly ok: false; readonly code: 'header_missing'; readonly names: readonly string[] };

/**
 * Reads the known headers in one pass over the raw ones: Node's own object joins or drops what is sent twice.
 * @param rawHeaders names and values in turn, as Node gives them
 * @param isPost a GET has no body: its content headers mean nothing
 */
export function scanHeaders(rawHeaders: readonly string[], isPost: boolean): HeaderScan {
  const found = new Map<KnownName, string>();
  const repeated = new Set<KnownName>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = knownName(rawHeaders[index] ?? '');
    if (!name) continue;
    if (found.has(name)) repeated.add(name);
    else found.set(name, rawHeaders[index + 1] ?? '');
  }
  const names = signedNames.filter((name) => !found.has(name));
  if (rawHeaders.length > 2 * fieldsMax) return { ok: false, code: 'header_invalid' };
  if (names.length > 0) return { ok: false, code: 'header_missing', names };
  const isRepeated = signedNames.some((name) => repeated.has(name)) || (isPost && repeated.has('content-type'));
  if (isRepeated || !signedNames.every((name) => patterns[name].test(found.get(name) ?? ''))) {
    return { ok: false, code: 'header_invalid' };
  }
  return { ok: true, headers: read(found, repeated) };
}

function read(found: ReadonlyMap<KnownName, string>, repeated: ReadonlySet<KnownName>): SignedHeaders {
  const signature = found.get('x-signature') ?? '';
  return {
    keyId: found.get('x-provider-keyid') ?? '',
    timestamp: found.get('x-timestamp') ?? '',
    nonce: found.get('x-nonce') ?? '',
    signatureVersion: signature.startsWith('v1') ? 1 : 2,
    signatureHex: signature.slice(signatureStart),
    idempotencyKey: idempotencyKeyOf(found.get('x-idempotency-key'), repeated.has('x-idempotency-key')),
    hasJsonContent: isJsonContent(
      found.get('content-type'),
      found.get('content-encoding'),
      repeated.has('content-encoding'),
    ),
    waitS: repeated.has('prefer') ? undefined : waitOf(found.get('prefer')),
  };
}

function idempotencyKeyOf(value: string | undefined, isRepeated: boolean): SignedHeaders['idempotencyKey'] {
  if (value === undefined) return 'absent';
  return isRepeated || !idempotencyKeyPattern.test(value) ? 'invalid' : { value };
}

function isJsonContent(type: string | undefined, encoding: string | undefined, isEncodingRepeated: boolean): boolean {
  if (type === undefined || !contentTypePattern.test(type)) return false;
  return encoding === undefined || (!isEncodingRepeated && encoding.toLowerCase() === 'identity');
}

/** Seconds of `Prefer: wait=N`; what is out of range or malformed is ignored. */
function waitOf(prefer: string | undefined): number | undefined {
  if (prefer === undefined) return undefined;
  const waits = prefer.split(',').map((preference) => /^[ \t]*wait=(10|[1-9])[ \t]*$/i.exec(preference)?.[1]);
  const wait = waits.find((seconds) => seconds !== undefined);
  return wait === undefined ? undefined : Number(wait);
}

function knownName(name: string): KnownName | undefined {
  const lower: string = name.toLowerCase();
  for (const candidate of known) if (candidate === lower) return candidate;
  return undefined;
}
