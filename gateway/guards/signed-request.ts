import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { EpochMs } from '#domain/instants';
import { eventIdOf, fingerprintOf, shortFingerprint } from '../accept/event-id.ts';
import type { Outcome } from '../answers/outcome.ts';
import type { Gateway } from '../gateway.ts';
import type { FederationKey } from '../keys/federation-key.ts';
import { KeyStoreAway, TooManyLookups } from '../keys/key-cache.ts';
import { recordKeyOf } from '../redis/admissions.ts';
import type { Admission } from '../redis/admit.ts';
import type { Hold } from '../redis/settler.ts';
import { readBody, type BodyFailure } from '../request/read-body.ts';
import type { SignedHeaders } from '../request/scan-headers.ts';
import { authenticate, type Scope } from './authenticate.ts';
import type { AuditFacts } from './with-audit-log.ts';

/** What a route asks of a request. */
export interface FederationRoute {
  readonly name: 'events' | 'usage' | 'event-state';
  readonly method: 'POST' | 'GET';
  readonly path: string;
  /** Any of these suffices. */
  readonly scopes: readonly Scope[];
  readonly bodyBytesMax: number;
  readonly isTarget: (requestTarget: string) => boolean;
}

export type Body =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly failure: BodyFailure | 'overload' };

export type Authentication =
  | { readonly ok: true; readonly key: FederationKey; readonly bodySha256: string }
  | { readonly ok: false; readonly code: 'key_disabled' | 'key_expired' | 'scope_denied'; readonly key: FederationKey }
  | { readonly ok: false; readonly code: 'signature_invalid' | 'unavailable' | 'crowded' | 'body-failed' };

/** `not-run`: the request is not one that may reach Redis. `away`: Redis cannot be asked. */
export type AdmissionStep = Admission | 'not-run' | 'away';

/** What an accepted request is known by, for ever. */
export interface EventIdentity {
  readonly eventId: string;
  readonly fingerprint: Buffer;
  readonly hold: Hold;
}

/**
 * A request on a federation route. Its three steps are memoised: whoever asks first runs them, all others read the result.
 * Nothing of it reaches Redis unless the body was read, the idempotency key is well formed and the signature verified.
 */
export interface SignedRequest extends Arrival {
  readonly headers: SignedHeaders;
  body(): Promise<Body>;
  auth(): Promise<Authentication>;
  admit(): Promise<AdmissionStep>;
}

/** A request whose headers nobody has looked at yet. */
export interface Arrival {
  readonly id: string;
  readonly gateway: Gateway;
  readonly route: FederationRoute;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly requestTarget: string;
  readonly addressPrefix: string;
  /** On the monotonic clock. */
  readonly arrivedMs: number;
  readonly receivedAt: EpochMs;
  /** What the steps have found so far; for answers and records. */
  readonly seen: Seen;
}

export interface Seen {
  headers?: SignedHeaders;
  body?: Buffer;
  bodyReadMs?: number;
  hasPlace?: boolean;
  isAborted?: boolean;
  /** Before any work was done for it. It is counted and has no log line: a flood must not become one of lines. */
  isTurnedAway?: boolean;
  /** Only where the signature verified. */
  key?: FederationKey;
  admission?: Admission;
  identity?: EventIdentity;
  audit?: AuditFacts;
  outcome?: Outcome;
}

/** Above this a body's hash and the steps after it let others in between. */
export const bigBodyBytes = 64 * 1024;

/** Written out member by member: spreading an object costs more than all the rest of it. */
export function createSignedRequest(arrival: Arrival, headers: SignedHeaders): SignedRequest {
  let body: Promise<Body> | undefined;
  let auth: Promise<Authentication> | undefined;
  let admission: Promise<AdmissionStep> | undefined;
  const request: SignedRequest = {
    id: arrival.id,
    gateway: arrival.gateway,
    route: arrival.route,
    incoming: arrival.incoming,
    outgoing: arrival.outgoing,
    requestTarget: arrival.requestTarget,
    addressPrefix: arrival.addressPrefix,
    arrivedMs: arrival.arrivedMs,
    receivedAt: arrival.receivedAt,
    seen: arrival.seen,
    headers,
    body: () => (body ??= takeBody(request)),
    auth: () => (auth ??= verify(request)),
    admit: () => (admission ??= askToAdmit(request)),
  };
  return request;
}

async function takeBody(request: SignedRequest): Promise<Body> {
  const { gateway, incoming, outgoing, route, addressPrefix, seen } = request;
  const read = await readBody(incoming, outgoing, route.bodyBytesMax, gateway.bodyMemory, addressPrefix);
  if (!read.ok) {
    seen.isAborted = read.failure === 'aborted';
    return read;
  }
  seen.body = read.bytes;
  seen.bodyReadMs = performance.now();
  gateway.report.took('body', request.arrivedMs);
  // Only now it takes a place: a slow sender must not keep others out.
  seen.hasPlace = gateway.overload.enter();
  return seen.hasPlace ? read : { ok: false, failure: 'overload' };
}

async function verify(request: SignedRequest): Promise<Authentication> {
  const { gateway, headers, route, seen } = request;
  const body = await request.body();
  if (!body.ok) return { ok: false, code: 'body-failed' };
  const bodySha256 = hash('sha256', body.bytes, 'hex');
  if (body.bytes.length > bigBodyBytes) await yieldToLoop();
  const key = await keyOf(request);
  if (key === 'away') return { ok: false, code: 'unavailable' };
  if (key === 'crowded') return { ok: false, code: 'crowded' };
  const { idempotencyKey } = headers;
  const isKeySigned = route.method === 'POST' && typeof idempotencyKey === 'object';
  const parts = {
    method: route.method,
    requestTarget: request.requestTarget,
    keyId: headers.keyId,
    timestamp: headers.timestamp,
    nonce: headers.nonce,
    bodySha256,
    idempotencyKey: isKeySigned ? idempotencyKey.value : '',
  };
  const claim = { version: headers.signatureVersion, signatureHex: headers.signatureHex, parts, scopes: route.scopes };
  const verdict = authenticate(claim, key, gateway.now());
  if ('key' in verdict) {
    seen.key = verdict.key;
    gateway.noteKeyUsed(verdict.key.id, verdict.secret, request.receivedAt);
    return verdict.ok ? { ...verdict, bodySha256 } : verdict;
  }
  return { ok: false, code: (await gateway.keyStore.isAway()) ? 'unavailable' : verdict.code };
}

async function keyOf({ gateway, headers }: SignedRequest): Promise<FederationKey | undefined | 'away' | 'crowded'> {
  try {
    return await gateway.keys.get(headers.keyId);
  } catch (error) {
    if (error instanceof KeyStoreAway) return 'away';
    if (error instanceof TooManyLookups) return 'crowded';
    throw error;
  }
}

async function askToAdmit(request: SignedRequest): Promise<AdmissionStep> {
  const { gateway, headers, route, seen, id } = request;
  const { idempotencyKey } = headers;
  if (route.method === 'POST' && typeof idempotencyKey !== 'object') return 'not-run';
  const auth = await request.auth();
  if (!auth.ok) return 'not-run';
  const { key, bodySha256 } = auth;
  if (route.method === 'POST' && typeof idempotencyKey === 'object') {
    seen.identity = identityOf(request, key.tenantId, idempotencyKey.value, bodySha256);
  }
  const askedMs = performance.now();
  const admission = await gateway.admissions.admit({
    tenantId: key.tenantId,
    keyId: key.id,
    intervalUs: key.limit.intervalUs,
    toleranceUs: key.limit.toleranceUs,
    timestamp: headers.timestamp,
    nonce: headers.nonce,
    token: id,
    hold: seen.identity?.hold,
  });
  gateway.report.took('admit', askedMs);
  if (!admission) return 'away';
  seen.admission = admission;
  return admission;
}

function identityOf(
  request: SignedRequest,
  tenantId: string,
  idempotencyKey: string,
  bodySha256: string,
): EventIdentity {
  const eventId = eventIdOf(tenantId, idempotencyKey);
  const fingerprint = fingerprintOf(request.route.method, request.requestTarget, bodySha256);
  const recordKey = recordKeyOf(tenantId, eventId);
  const hold = { recordKey, shortFingerprint: shortFingerprint(fingerprint), token: request.id };
  return { eventId, fingerprint, hold };
}
