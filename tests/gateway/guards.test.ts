import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clockFinding } from '#gateway/boot-checks';
import { deleteKey, disableKey, type IssuedKey } from '#prisma/federation-keys';
import { redisKeysOf } from './harness/redis-keys.ts';
import {
  draft,
  eventBody,
  headersOf,
  makeIdempotencyKey,
  makeNonce,
  nowS,
  send,
  signatureOf,
  usagePath,
} from './harness/signed.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';
import { exchange } from './harness/wire.ts';

let gateway: TestGateway;
let key: IssuedKey;

beforeAll(async () => {
  gateway = await startGateway({ config: { addressBurst: 100_000, addressRatePerS: 100_000 } });
  key = await gateway.makeKey();
});

afterAll(() => gateway.close());

const by = { changedBy: 'test' };

describe('what nobody signed', () => {
  test.each([
    ['tA1 reads no stored answer', { secret: 'fsk_wrong' }],
    ['tA2 reserves no idempotency key', { secret: 'fsk_wrong', idempotencyKey: 'the-next-one' }],
    ['tA3 puts nothing into Redis', { keyId: 'fk_unknown' }],
    ['tA4 burns no nonce', { secret: 'fsk_wrong' }],
    ['tA22 spends no quota', { secret: 'fsk_wrong' }],
  ] as const)('%s', async (_name, more) => {
    const victim = await gateway.makeKey({ ratePerS: 1, burst: 3 });
    const request = draft(victim, { idempotencyKey: 'the-next-one' });
    for (let times = 0; times < 5; times++) {
      const answer = await send(gateway, { ...request, ...more });
      expect(answer.body['code']).toBe('signature_invalid');
      expect(answer.headers['ratelimit']).toBeUndefined();
    }
    expect(await redisKeysOf(gateway, victim.tenantId)).toEqual([]);
    const genuine = await send(gateway, request);
    expect(genuine.status).toBe(200);
    expect(genuine.headers['ratelimit']).toMatch(/^"key";r=2;t=\d+$/);
    const stored = await send(gateway, { ...request, ...more, nonce: makeNonce() });
    expect({ code: stored.body['code'], replayed: stored.headers['idempotency-replayed'] }).toEqual({
      code: 'signature_invalid',
      replayed: undefined,
    });
  });

  test('tA16 control 8: unknown key, wrong secret, deleted key and refused v1 are byte-equal apart from the request id, and none is early', async () => {
    const deleted = await gateway.makeKey();
    await deleteKey(gateway.admin, deleted.keyId, by);
    const strict = await gateway.makeKey({ refusesV1: true });
    const answers = [];
    for (const request of [
      draft(key, { keyId: 'fk_unknown' }),
      draft(key, { secret: 'fsk_wrong' }),
      draft(deleted),
      draft(strict, { version: 1 }),
      draft(await gateway.makeKey({ expiresAt: 1 }), { secret: 'fsk_wrong' }),
    ]) {
      const started = performance.now();
      const { status, text, headers, body } = await send(gateway, request);
      expect(performance.now() - started).toBeGreaterThanOrEqual(5);
      const { date: _date, 'x-request-id': id, 'content-length': length, ...same } = headers;
      expect(id).toBe(body['requestId']);
      answers.push({ status, text: text.replace(String(id), ''), length, same });
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('tA17 tA19: state, expiry and scope of a key are told only to whom its secret signed', async () => {
    const off = await gateway.makeKey();
    await disableKey(gateway.admin, off.keyId, by);
    for (const [one, code] of [
      [off, 'key_disabled'],
      [await gateway.makeKey({ expiresAt: Date.now() - 1 }), 'key_expired'],
      [await gateway.makeKey({ scopes: ['usage'] }), 'scope_denied'],
    ] as const) {
      expect((await send(gateway, draft(one))).body['code']).toBe(code);
      expect((await send(gateway, draft(one, { secret: 'fsk_wrong' }))).body['code']).toBe('signature_invalid');
      expect(await redisKeysOf(gateway, one.tenantId)).toEqual([]);
    }
  });
});

describe('the signature', () => {
  test('control 1: any one byte or field changed after signing is refused', async () => {
    const request = draft(key);
    const headers = headersOf(request);
    const changed = (name: string, value: string) =>
      headers.map((pair) => (pair[0] === name ? ([name, value] as const) : pair));
    const body = Buffer.from(request.body);
    const flipped = Buffer.from(body);
    flipped[body.length - 2] = (flipped[body.length - 2] ?? 0) ^ 1;
    const attempts = [
      { headers, body: flipped },
      { headers, body: Buffer.concat([body, Buffer.from(' ')]) },
      { headers: changed('x-timestamp', nowS(-1)), body },
      { headers: changed('x-nonce', makeNonce()), body },
      { headers: changed('x-provider-keyid', (await gateway.makeKey()).keyId), body },
      { headers: changed('x-idempotency-key', makeIdempotencyKey()), body },
      { headers: changed('x-signature', signatureOf(request).replace('v2', 'v1')), body },
      { headers, body, target: usagePath },
    ];
    for (const attempt of attempts) {
      const answer = await exchange(gateway.port, { method: 'POST', target: request.target, ...attempt });
      expect(answer.body['code']).toBe('signature_invalid');
    }
    expect((await exchange(gateway.port, { method: 'POST', target: request.target, headers, body })).status).toBe(200);
  });

  test('tA7: v1 leaves the idempotency key out, v2 binds it, and a key may refuse v1', async () => {
    const first = draft(key, { version: 1 });
    const swapped = headersOf(first).map((pair) =>
      pair[0] === 'x-idempotency-key' ? (['x-idempotency-key', 'swapped'] as const) : pair,
    );
    const answer = await exchange(gateway.port, {
      method: 'POST',
      target: first.target,
      headers: swapped,
      body: first.body,
    });
    expect(answer.status).toBe(200);
    const strict = await gateway.makeKey({ refusesV1: true });
    expect((await send(gateway, draft(strict, { version: 1 }))).body['code']).toBe('signature_invalid');
    expect((await send(gateway, draft(strict, { version: 2 }))).status).toBe(200);
  });

  test.each([
    ['tA13 upper case', (hex: string) => `v2=${hex.toUpperCase()}`],
    ['tA13 odd digits', (hex: string) => `v2=${hex.slice(1)}`],
    ['tA13 junk at the end', (hex: string) => `v2=${hex}zz`],
    ['tA14 half of it', (hex: string) => `v2=${hex.slice(0, 32)}`],
    ['another version', (hex: string) => `v3=${hex}`],
    ['no version', (hex: string) => hex],
    ['base64', (hex: string) => `v2=${Buffer.from(hex, 'hex').toString('base64')}`],
  ])('%s is no form of it', async (_name, form) => {
    const request = draft(key, { without: ['x-signature'] });
    const signature = form(signatureOf(request).slice('v2='.length));
    const answer = await send(gateway, { ...request, headers: [['x-signature', signature]] });
    expect(answer.body['code']).toBe('header_invalid');
  });

  test.each([
    '0x6553f100',
    '1e9',
    '1700000000.0',
    '2026-01-01T00:00:00Z',
    '',
    '01700000000',
    '17000000000',
    ' ',
    '+1700000000',
    '-170000000',
    '１７００００００００',
  ])('tA12: a timestamp of the form "%s" is refused', async (timestamp) => {
    const request = draft(key, { without: ['x-timestamp'] });
    const latin = Buffer.from(timestamp, 'utf8').toString('latin1');
    expect((await send(gateway, { ...request, headers: [['x-timestamp', latin]] })).body['code']).toBe(
      'header_invalid',
    );
  });

  test('tB7 tB8: the body is hashed as received, byte for byte', async () => {
    const body = `  ${eventBody(key.tenantId).replace('"web"', '"w\\u0065b ü 😀"')}\n\t`;
    expect((await send(gateway, draft(key, { body }))).status).toBe(200);
  });
});

describe('time and nonce', () => {
  test('control 3 tA10 tA11: 299 s pass on both sides, 301 s are refused', async () => {
    for (const offset of [-299, 299])
      expect((await send(gateway, draft(key, { timestamp: nowS(offset) }))).status).toBe(200);
    for (const offset of [-302, 301]) {
      const nonce = makeNonce();
      expect((await send(gateway, draft(key, { timestamp: nowS(offset), nonce }))).body['code']).toBe(
        'timestamp_skewed',
      );
      expect((await send(gateway, draft(key, { nonce }))).status, 'its nonce is not burned').toBe(200);
    }
  });

  test('H1: the clock of a gateway decides nothing: ten minutes ahead it takes what is of now, counts as skewed what is of its own time, and warns', async () => {
    const aheadS = 600;
    const ahead = await startGateway({ clock: () => Date.now() + aheadS * 1_000 });
    const own = await ahead.makeKey();
    expect((await send(ahead, draft(own))).status).toBe(200);
    expect((await send(ahead, draft(own, { timestamp: nowS(aheadS) }))).body['code']).toBe('timestamp_skewed');
    expect(await fetch(`http://127.0.0.1:${ahead.port}/metrics`).then((answer) => answer.text())).toContain(
      'gateway_answers_total{route="events",code="timestamp_skewed"} 1',
    );
    expect(await clockFinding(ahead.redis, Date.now() + aheadS * 1_000)).toMatch(/(599|600|601) s apart/);
    expect(await clockFinding(ahead.redis, Date.now())).toBeUndefined();
    await ahead.close();
  });

  test('control 4 tA5 tA8: of 30 equal requests at once one is taken, and the same bytes never again', async () => {
    const request = draft(key);
    const answers = await Promise.all(Array.from({ length: 30 }, () => send(gateway, request)));
    const codes = answers.map(({ status, body }) => body['code'] ?? status);
    expect(codes.filter((code) => code === 200)).toHaveLength(1);
    expect(codes.filter((code) => code === 'nonce_replayed')).toHaveLength(29);
    const later = await send(gateway, request);
    expect(later.body['code']).toBe('nonce_replayed');
    expect(later.headers['idempotency-replayed']).toBeUndefined();
  });

  test('tA9: a nonce is never given back, whatever the outcome', async () => {
    for (const more of [{ body: '{' }, { body: eventBody('somebody-else') }]) {
      const request = draft(key, more);
      expect((await send(gateway, request)).status).toBeGreaterThanOrEqual(400);
      expect((await send(gateway, request)).body['code']).toBe('nonce_replayed');
    }
  });

  test('a nonce of one key is free for another', async () => {
    const nonce = makeNonce();
    expect((await send(gateway, draft(key, { nonce }))).status).toBe(200);
    expect((await send(gateway, draft(await gateway.makeKey(), { nonce }))).status).toBe(200);
  });
});
