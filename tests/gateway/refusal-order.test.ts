import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProblemCode } from '#domain/errors';
import { disableKey } from '#prisma/federation-keys';
import type { IssuedKey, NewKey } from '#prisma/federation-keys';
import { draft, eventBody, makeNonce, nowS, send, type Draft } from './harness/signed.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';

/** One thing that is wrong with a request; several of them can be wrong with one request. */
interface Wrong {
  readonly code: ProblemCode;
  /** Of the key that it is sent with. */
  readonly settings?: Partial<NewKey>;
  readonly isDisabled?: boolean;
  /** Of the request, before it is signed. */
  readonly more?: (key: IssuedKey) => Partial<Draft>;
  /** After it was drafted: what has happened before. */
  readonly before?: (request: Draft) => Promise<unknown>;
  readonly engineIsFull?: boolean;
  /** Two of one group cannot be wrong at once. */
  readonly group?: string;
}

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ config: { addressBurst: 100_000, addressRatePerS: 100_000 } });
});

afterAll(() => gateway.close());

const used = async (request: Draft) => {
  // The nonce of this very key, burned by another body under another idempotency key.
  const fresh = draft({ keyId: request.keyId, secret: request.secret, tenantId: '' });
  await send(gateway, { ...fresh, nonce: request.nonce, body: '{}' });
};

/** In the contract's order. 404 and the limit by address have tests of their own below. */
const wrongs: readonly Wrong[] = [
  { code: 'method_not_allowed', more: () => ({ method: 'PUT' }), group: 'method' },
  { code: 'target_invalid', more: () => ({ target: '/api/federation/events?x' }) },
  { code: 'header_missing', more: () => ({ without: ['x-nonce'] }), group: 'nonce' },
  { code: 'header_invalid', more: () => ({ keyId: 'not a key' }), group: 'signature' },
  { code: 'content_type_unsupported', more: () => ({ headers: [['content-encoding', 'gzip']] }) },
  { code: 'body_too_large', more: () => ({ body: 'x'.repeat(300 * 1024) }), group: 'body' },
  { code: 'header_invalid', more: () => ({ idempotencyKey: 'a b' }), group: 'idempotency' },
  { code: 'signature_invalid', more: () => ({ secret: 'fsk_wrong' }), group: 'signature' },
  { code: 'key_disabled', isDisabled: true },
  { code: 'key_expired', settings: { expiresAt: Date.now() - 1_000 } },
  { code: 'scope_denied', settings: { scopes: ['usage'] } },
  { code: 'timestamp_skewed', more: () => ({ timestamp: nowS(-400) }) },
  { code: 'nonce_replayed', before: used, group: 'nonce' },
  {
    code: 'rate_limited',
    settings: { ratePerS: 1, burst: 2 },
    before: async (request) => {
      for (let spent = 0; spent < 3; spent++) await send(gateway, { ...request, nonce: makeNonce(), body: '{}' });
    },
  },
  {
    code: 'idempotency_key_reused',
    before: async (request) => {
      const tenantId = await tenantOf(request.keyId);
      await send(gateway, { ...request, nonce: makeNonce(), body: eventBody(tenantId, 'ai.used') });
    },
    group: 'idempotency',
  },
  { code: 'json_invalid', more: () => ({ body: '{"a":1,"a":1}' }), group: 'body' },
  { code: 'body_invalid', more: () => ({ body: '{"tenantId":"somebody-else"}' }), group: 'body' },
  { code: 'tenant_mismatch', more: () => ({ body: eventBody('somebody-else') }), group: 'body' },
  { code: 'unavailable', engineIsFull: true },
];

async function tenantOf(keyId: string): Promise<string> {
  const { rows } = await gateway.admin.query<{ id: string }>('select org_id as id from federation_key where id = $1', [
    keyId,
  ]);
  return rows[0]?.id ?? '';
}

/** Sends a request with all of these wrong at once. */
async function sendWrong(all: readonly Wrong[]) {
  const key = await gateway.makeKey(Object.assign({}, ...all.map((wrong) => wrong.settings)));
  const request = draft(key, Object.assign({}, ...all.map((wrong) => wrong.more?.(key))));
  for (const { before } of all) await before?.(request);
  if (all.some((wrong) => wrong.isDisabled)) {
    await disableKey(gateway.admin, key.keyId, { changedBy: 'test' });
    gateway.app.gateway.keys.forget(key.keyId);
  }
  gateway.engine.isFull = all.some((wrong) => wrong.engineIsFull);
  const answer = await send(gateway, request);
  gateway.engine.isFull = false;
  return answer.body['code'];
}

const pairs = wrongs.flatMap((first, at) =>
  wrongs
    .slice(at + 1)
    .filter((second) => first.group === undefined || first.group !== second.group)
    .map((second) => [first, second] as const),
);

describe('where two things are wrong the first of the contract answers', () => {
  test.each(pairs.map((pair) => [pair[0].code, pair[1].code, pair] as const))(
    '%s before %s',
    async (code, _second, pair) => {
      expect(await sendWrong(pair)).toBe(code);
    },
  );

  test('each of them alone is refused by its own code', async () => {
    for (const wrong of wrongs) expect(await sendWrong([wrong])).toBe(wrong.code);
  });
});

describe('the limit by address', () => {
  let limited: TestGateway;

  beforeAll(async () => {
    limited = await startGateway({ config: { addressBurst: 1, addressRatePerS: 1 } });
    const key = await limited.makeKey();
    await send(limited, draft(key, { secret: 'fsk_wrong' }));
  });

  afterAll(() => limited.close());

  test.each([
    ['not_found', { target: '/nowhere' }],
    ['method_not_allowed', { method: 'PATCH' }],
    ['target_invalid', { target: '/api/federation/events?' }],
    ['header_missing', { without: ['x-timestamp'] }],
    ['header_invalid', { timestamp: '1e9' }],
    ['content_type_unsupported', { without: ['content-type'] }],
  ] as const)('%s is told before it', async (code, more) => {
    const key = await limited.makeKey();
    expect((await send(limited, draft(key, more))).body['code']).toBe(code);
  });

  test.each([
    ['a body over the limit', { body: 'x'.repeat(300 * 1024) }],
    ['a missing idempotency key', { without: ['x-idempotency-key'] }],
    ['a wrong signature', { secret: 'fsk_wrong' }],
    ['a good request', {}],
  ] as const)('it is told before %s is looked at', async (_what, more) => {
    const key = await limited.makeKey();
    const { status, headers, body } = await send(limited, draft(key, more));
    expect({ status, code: body['code'] }).toEqual({ status: 429, code: 'rate_limited' });
    expect(headers['ratelimit-policy']).toBe('"address";q=1;w=1');
    expect(headers['ratelimit']).toBe('"address";r=0;t=1');
    expect(headers['retry-after']).toBe('1');
  });
});
