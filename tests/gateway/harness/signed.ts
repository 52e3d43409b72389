import { createHash, createHmac, randomBytes } from 'node:crypto';
import { eventTypes } from '#domain/event-types';
import type { EventType } from '#domain/events';
import type { IssuedKey } from '#prisma/federation-keys';
import type { TestGateway } from './test-gateway.ts';
import { exchange, type Answer } from './wire.ts';

/** A request before it is signed. What a test says of it is what it is about; all else is valid. */
export interface Draft {
  readonly method: string;
  readonly target: string;
  readonly body: string | Buffer;
  readonly timestamp: string;
  readonly nonce: string;
  readonly idempotencyKey: string;
  readonly version: 1 | 2;
  readonly keyId: string;
  readonly secret: string;
  /** Added after signing. */
  readonly headers: readonly (readonly [string, string])[];
  /** Headers of these names are left out. */
  readonly without: readonly string[];
}

export const eventsPath = '/api/federation/events';
export const usagePath = '/api/federation/usage';

export function draft(key: IssuedKey, more: Partial<Draft> = {}): Draft {
  return {
    method: 'POST',
    target: eventsPath,
    body: eventBody(key.tenantId),
    timestamp: nowS(),
    nonce: makeNonce(),
    idempotencyKey: makeIdempotencyKey(),
    version: 2,
    keyId: key.keyId,
    secret: key.secret,
    headers: [],
    without: [],
    ...more,
  };
}

/** The state of an event. */
export function stateDraft(key: IssuedKey, eventId: string, more: Partial<Draft> = {}): Draft {
  return draft(key, { method: 'GET', target: `${eventsPath}/${eventId}`, body: '', idempotencyKey: '', ...more });
}

export function send(gateway: Pick<TestGateway, 'port'>, request: Draft): Promise<Answer> {
  const { method, target, body } = request;
  return exchange(gateway.port, { method, target, body, headers: headersOf(request) });
}

export function headersOf(request: Draft): (readonly [string, string])[] {
  const { method, keyId, timestamp, nonce, idempotencyKey, without } = request;
  const post: (readonly [string, string])[] =
    method === 'GET'
      ? []
      : [
          ['content-type', 'application/json'],
          ['x-idempotency-key', idempotencyKey],
        ];
  const all: (readonly [string, string])[] = [
    ['x-provider-keyid', keyId],
    ['x-timestamp', timestamp],
    ['x-nonce', nonce],
    ['x-signature', signatureOf(request)],
    ...post,
  ];
  return [...all.filter(([name]) => !without.includes(name)), ...request.headers];
}

/** Written from the contract's words, not from the gateway's code. */
export function signatureOf({ method, target, keyId, timestamp, nonce, body, version, ...rest }: Draft): string {
  const hash = createHash('sha256').update(body).digest('hex');
  const fields = [method, target, keyId, timestamp, nonce, hash];
  if (version === 2) fields.push(method === 'GET' ? '' : rest.idempotencyKey);
  return `v${version}=${createHmac('sha256', rest.secret).update(fields.join('\n')).digest('hex')}`;
}

export function eventBody(tenantId: string, type: EventType = 'lead.created', data?: object): string {
  return JSON.stringify({ type, tenantId, occurredAt: '2026-01-01T00:00:00Z', data: data ?? eventTypes[type].example });
}

export function usageRow(tenantId: string, more: object = {}): object {
  const window = { windowStart: '2026-01-01T00:00:00Z', windowEnd: '2026-01-01T01:00:00Z' };
  return { tenantId, meter: 'emails_sent', quantity: 120, ...window, ...more };
}

export function nowS(offset = 0): string {
  return String(Math.floor(Date.now() / 1_000) + offset);
}

export function makeNonce(): string {
  return randomBytes(18).toString('base64url');
}

export function makeIdempotencyKey(): string {
  return randomBytes(12).toString('base64url');
}
