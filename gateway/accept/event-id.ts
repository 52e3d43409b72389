import { hash } from 'node:crypto';

const idBytes = 20;

/** The id of an event is a pure function of its tenant and idempotency key, so that a repeat meets the first one's row. */
export function eventIdOf(tenantId: string, idempotencyKey: string): string {
  const digest = hash('sha256', `federation-event\n${tenantId}\n${idempotencyKey}`, 'buffer');
  return `evt_${digest.subarray(0, idBytes).toString('base64url')}`;
}

/** What one idempotency key stands for: the route is in it, so that a key used on both routes is found out. */
export function fingerprintOf(method: string, path: string, bodySha256Hex: string): Buffer {
  return hash('sha256', `${method}\n${path}\n${bodySha256Hex}`, 'buffer');
}

const shortCharacters = 22;

/** The part of a fingerprint that Redis holds. */
export function shortFingerprint(fingerprint: Buffer): string {
  return fingerprint.toString('base64url').slice(0, shortCharacters);
}
