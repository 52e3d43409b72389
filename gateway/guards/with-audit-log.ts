import type { EpochMs } from '#domain/instants';
import type { Handler } from '../context.ts';
import { guarded } from './guarded.ts';

/**
 * Who sent an accepted request, how it was signed and from where. They are columns of the event's row, so no acceptance
 * exists without them; the transaction that applies the event writes its one audit entry from them.
 */
export interface AuditFacts {
  readonly tenantId: string;
  readonly keyId: string;
  readonly signatureVersion: 1 | 2;
  readonly requestId: string;
  readonly addressPrefix: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Buffer;
  readonly receivedAt: EpochMs;
}

/** Innermost: only what all other guards let through is put on record as an acceptance. */
export function withAuditLog(inner: Handler): Handler {
  return guarded('audit-log', inner, (c) => {
    const { id, headers, addressPrefix, receivedAt, seen } = c.get('request');
    const { key, identity } = seen;
    if (!key || !identity || typeof headers.idempotencyKey !== 'object') throw new Error('nobody to hold to account');
    seen.audit = {
      tenantId: key.tenantId,
      keyId: key.id,
      signatureVersion: headers.signatureVersion,
      requestId: id,
      addressPrefix,
      idempotencyKey: headers.idempotencyKey.value,
      fingerprint: identity.fingerprint,
      receivedAt,
    };
    return inner(c);
  });
}
