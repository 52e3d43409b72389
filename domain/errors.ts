/** Every refusal a tenant can get: its status and the fixed words that go with it. Source: the wire contract. */
export const problems = {
  target_invalid: {
    status: 400,
    title: 'Request target invalid',
    detail: 'The request target must be exactly the documented path, without another spelling or a query string.',
  },
  header_missing: { status: 400, title: 'Header missing', detail: 'A required header is absent.' },
  header_invalid: {
    status: 400,
    title: 'Header invalid',
    detail: 'A header is malformed, sent twice, or the headers are too large.',
  },
  idempotency_key_required: {
    status: 400,
    title: 'Idempotency key required',
    detail: 'Every POST needs the x-idempotency-key header.',
  },
  json_invalid: {
    status: 400,
    title: 'JSON invalid',
    detail:
      'The body is not strict JSON: UTF-8 without a byte order mark, depth at most 32, no duplicate or forbidden member names, no integer beyond 2^53-1, no lone surrogate, no NUL.',
  },
  body_invalid: {
    status: 400,
    title: 'Body invalid',
    detail: 'The body does not have the documented shape; see issues.',
  },
  signature_invalid: {
    status: 401,
    title: 'Signature invalid',
    detail: 'The key is unknown or the signature does not match the request.',
  },
  timestamp_skewed: {
    status: 401,
    title: 'Timestamp skewed',
    detail: 'x-timestamp must be at most 300 seconds in the past and less than 300 seconds in the future.',
  },
  key_expired: { status: 401, title: 'Key expired', detail: 'The key has expired.' },
  key_disabled: { status: 403, title: 'Key disabled', detail: 'The key is disabled.' },
  scope_denied: { status: 403, title: 'Scope denied', detail: 'The key lacks the scope of this route.' },
  tenant_mismatch: { status: 403, title: 'Tenant mismatch', detail: 'tenantId must be the tenant of the key.' },
  not_found: { status: 404, title: 'Not found', detail: 'There is nothing here for this key.' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'The route does not take this method; see Allow.',
  },
  nonce_replayed: {
    status: 409,
    title: 'Nonce replayed',
    detail: 'The nonce was used before with this key. Sign again with a new one.',
  },
  idempotency_in_flight: {
    status: 409,
    title: 'Request in flight',
    detail: 'A request with this idempotency key is still being handled. Repeat it shortly.',
  },
  body_too_large: { status: 413, title: 'Body too large', detail: 'The body is over the limit of the route.' },
  content_type_unsupported: {
    status: 415,
    title: 'Content type unsupported',
    detail: 'Send application/json, uncompressed.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency key reused',
    detail: 'This idempotency key was used for a different request.',
  },
  rate_limited: { status: 429, title: 'Rate limited', detail: 'Too many requests; repeat after Retry-After.' },
  internal: {
    status: 500,
    title: 'Internal error',
    detail: 'The outcome is unknown. Repeat with the same idempotency key.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    detail: 'A store or the engine is away. Nothing was accepted; repeat after Retry-After.',
  },
} as const satisfies Record<string, { status: number; title: string; detail: string }>;

export type ProblemCode = keyof typeof problems;
