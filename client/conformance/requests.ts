import { randomBytes } from 'node:crypto';
import type { Parts } from './draft.ts';

export interface SigningKey {
  readonly keyId: string;
  readonly secret: string;
}

/** Valid requests, each new, for a case to spoil. */
export interface Requests {
  /** A valid event request, never sent before, with these parts changed. */
  event(changes?: Partial<Parts>): Parts;
  usage(changes?: Partial<Parts>): Parts;
  state(id: string, changes?: Partial<Parts>): Parts;
  /** The JSON of a valid event, with these members instead. */
  eventBody(members?: object): Buffer;
  usageRow(members?: object): object;
  /** The gateway's clock, so many seconds from now. */
  timestamp(offsetS?: number): string;
}

/** What is sent bears a mark of this run, so that two runs never meet. */
export function createRequests(tenantId: string, key: SigningKey, clockOffsetMs: number): Requests {
  const run = randomBytes(6).toString('hex');
  let made = 0;

  function timestamp(offsetS = 0) {
    return String(Math.floor((Date.now() + clockOffsetMs) / 1_000) + offsetS);
  }

  function eventBody(members: object = {}) {
    made += 1;
    const data = { leadId: `conformance-${run}-${made}`, source: 'conformance' };
    return json({ type: 'lead.created', tenantId, occurredAt: '2026-01-01T00:00:00Z', data, ...members });
  }

  function usageRow(members: object = {}) {
    const window = { windowStart: '2026-01-01T00:00:00Z', windowEnd: '2026-01-01T01:00:00Z' };
    return { tenantId, meter: 'conformance', quantity: 0, ...window, ...members };
  }

  function fresh(method: 'GET' | 'POST', target: string, body: Buffer, changes: Partial<Parts> = {}): Parts {
    made += 1;
    const idempotencyKey = method === 'POST' ? `conformance-${run}-${made}` : undefined;
    const nonce = randomBytes(18).toString('base64url');
    return { ...key, method, target, body, timestamp: timestamp(), nonce, idempotencyKey, version: 2, ...changes };
  }

  return {
    timestamp,
    eventBody,
    usageRow,
    event: (changes) => fresh('POST', '/api/federation/events', eventBody(), changes),
    usage: (changes) => fresh('POST', '/api/federation/usage', json([usageRow()]), changes),
    state: (id, changes) => fresh('GET', `/api/federation/events/${id}`, Buffer.alloc(0), changes),
  };
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
