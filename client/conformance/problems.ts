/** Every code of the wire contract and its status. */
export const problemStatus = {
  target_invalid: 400,
  header_missing: 400,
  header_invalid: 400,
  idempotency_key_required: 400,
  json_invalid: 400,
  body_invalid: 400,
  signature_invalid: 401,
  timestamp_skewed: 401,
  key_expired: 401,
  key_disabled: 403,
  scope_denied: 403,
  tenant_mismatch: 403,
  not_found: 404,
  method_not_allowed: 405,
  nonce_replayed: 409,
  idempotency_in_flight: 409,
  body_too_large: 413,
  content_type_unsupported: 415,
  idempotency_key_reused: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof problemStatus;
