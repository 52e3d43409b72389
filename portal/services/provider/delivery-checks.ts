import type { ProblemCode } from '#domain/errors';
import type { DeliveryRow } from './delivery-row.ts';
import { isProblemCode } from './deliveries-query.ts';

/** One thing that the gateway looks at, in the order in which it does. */
export interface Check {
  readonly name: CheckName;
  readonly state: 'passed' | 'failed' | 'unreached';
}

export const checkNames = [
  'target',
  'headers',
  'content_type',
  'address_rate',
  'body_size',
  'idempotency_key',
  'signature',
  'key',
  'scope',
  'timestamp',
  'nonce',
  'key_rate',
  'idempotency',
  'body',
  'tenant',
  'stored',
] as const;
export type CheckName = (typeof checkNames)[number];

/** Which check a code comes from. */
const checkOf = {
  target_invalid: 'target',
  not_found: 'target',
  method_not_allowed: 'target',
  header_missing: 'headers',
  header_invalid: 'headers',
  content_type_unsupported: 'content_type',
  body_too_large: 'body_size',
  idempotency_key_required: 'idempotency_key',
  signature_invalid: 'signature',
  key_disabled: 'key',
  key_expired: 'key',
  scope_denied: 'scope',
  timestamp_skewed: 'timestamp',
  nonce_replayed: 'nonce',
  rate_limited: 'key_rate',
  idempotency_in_flight: 'idempotency',
  idempotency_key_reused: 'idempotency',
  json_invalid: 'body',
  body_invalid: 'body',
  tenant_mismatch: 'tenant',
  unavailable: 'stored',
  internal: 'stored',
} as const satisfies Record<ProblemCode, CheckName>;

/** What the gateway checked before it answered: all of an accepted request, and of a refused one up to where it ended. */
export function checksOf({ result, code, org }: Pick<DeliveryRow, 'result' | 'code' | 'org'>): readonly Check[] {
  if (result === 'replayed') return checksUpTo('idempotency', 'passed');
  if (result !== 'refused' || code === undefined || !isProblemCode(code)) {
    return checkNames.map((name) => ({ name, state: result === 'refused' ? 'unreached' : 'passed' }));
  }
  // A caller whose signature did not verify is limited by address, before anything of it is read.
  if (code === 'rate_limited' && !org) return checksUpTo('address_rate', 'failed');
  // Under overload the gateway refuses before it looks at anything.
  if (code === 'unavailable' && !org)
    return checkNames.map((name) => ({ name, state: name === 'stored' ? 'failed' : 'unreached' }));
  return checksUpTo(checkOf[code], 'failed');
}

function checksUpTo(last: CheckName, state: 'passed' | 'failed'): readonly Check[] {
  const place = checkNames.indexOf(last);
  return checkNames.map((name, i) => ({ name, state: i < place ? 'passed' : i === place ? state : 'unreached' }));
}
