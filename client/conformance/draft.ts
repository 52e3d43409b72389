import { sign } from '../sign.ts';

/** The parts of a request before it is signed. */
export interface Parts {
  readonly method: string;
  readonly target: string;
  readonly keyId: string;
  readonly secret: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** Absent on a GET. */
  readonly idempotencyKey: string | undefined;
  readonly body: Buffer;
  readonly version: 1 | 2;
}

/** A request as it will stand on the wire, whatever is wrong with it. */
export interface Draft {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** `chunked` sends no Content-Length and no last chunk; `announced` sends a Content-Length and no body. */
  readonly framing: 'whole' | 'chunked' | 'announced';
}

/** The request of the parts. Its signature covers them with `signed` in their place, so that one of them can be wrong. */
export function draftOf(parts: Parts, signed: Partial<Parts> = {}): Draft {
  return withSignature(parts, signatureOf({ ...parts, ...signed }));
}

export function withSignature(parts: Parts, signature: string): Draft {
  const { method, target, keyId, timestamp, nonce, idempotencyKey, body } = parts;
  const headers: [string, string][] = [
    ['x-provider-keyid', keyId],
    ['x-timestamp', timestamp],
    ['x-nonce', nonce],
    ['x-signature', signature],
  ];
  if (idempotencyKey !== undefined) headers.push(['x-idempotency-key', idempotencyKey]);
  if (method === 'POST') headers.push(['content-type', 'application/json']);
  return { method, target, headers, body, framing: 'whole' };
}

export function signatureOf(parts: Parts): string {
  const { target: requestTarget, idempotencyKey = '', ...rest } = parts;
  return sign({ ...rest, requestTarget, idempotencyKey }).signature;
}

export function withHeader(draft: Draft, name: string, value: string): Draft {
  return { ...without(draft, name), headers: [...without(draft, name).headers, [name, value]] };
}

export function without(draft: Draft, name: string): Draft {
  return { ...draft, headers: draft.headers.filter(([present]) => present !== name) };
}

export function twice(draft: Draft, name: string): Draft {
  return { ...draft, headers: [...draft.headers, ...draft.headers.filter(([present]) => present === name)] };
}

/** The bytes of a draft, in the pieces in which they are sent. */
export function bytesOf(draft: Draft, host: string): Buffer[] {
  const { method, target, headers, body, framing } = draft;
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  if (framing === 'chunked') lines.push('Transfer-Encoding: chunked');
  else if (body.length > 0 || method === 'POST') lines.push(`Content-Length: ${body.length}`);
  // Names and values travel byte for byte: a case may hold any of U+0000 to U+00FF.
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  if (framing === 'whole') return [head, body];
  if (framing === 'announced') return [head];
  return [head, Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')];
}
