import { describe, expect, test } from 'vitest';
import { createClient } from '#client/client';
import { TributaryError } from '#client/errors';
import { scriptedKey, type Fate } from './scripted-gateway.ts';
import { event, setUp } from './set-up.ts';

const day = 86_400;

describe('a retry', () => {
  test('sends the same bytes under the same idempotency key, signed anew with another nonce', async () => {
    const { client, gateway } = await setUp([{ status: 503, code: 'unavailable' }, 'reset']);
    const bytes = Buffer.from(JSON.stringify(event));
    const sent = Buffer.from(bytes);
    const call = client.sendEvent(bytes, { idempotencyKey: 'k-1' });
    bytes.fill(0);
    expect(await call).toMatchObject({ id: 'evt_1', attempts: 3 });
    expect(gateway.seen).toHaveLength(3);
    for (const seen of gateway.seen) {
      expect(seen.body.equals(sent)).toBe(true);
      expect(seen.headers['x-idempotency-key']).toBe('k-1');
      expect(seen.hasValidSignature).toBe(true);
    }
    expect(new Set(gateway.seen.map(({ headers }) => headers['x-nonce'])).size).toBe(3);
  });

  test('bears the time of its own attempt', async () => {
    const { client, gateway, clock } = await setUp([
      { status: 429, code: 'rate_limited', headers: { 'retry-after': '7' } },
    ]);
    clock.random = 0;
    await client.sendEvent(event, { idempotencyKey: 'k-1' });
    const [first, second] = gateway.seen.map(({ headers }) => Number(headers['x-timestamp']));
    expect(Number(second) - Number(first)).toBe(7);
  });

  test('after an answer that was lost finds what was accepted, and accepts nothing twice', async () => {
    const { client, gateway } = await setUp(['accept, then reset']);
    expect(await client.sendEvent(event, { idempotencyKey: 'k-1' })).toEqual({
      id: 'evt_1',
      isReplay: true,
      requestId: 'r-1',
      attempts: 2,
    });
    expect([...gateway.accepted]).toEqual([['k-1', 1]]);
  });

  test.each<[string, Fate]>([
    ['a broken connection', 'reset'],
    ['silence', 'silence'],
    ['429', { status: 429, code: 'rate_limited' }],
    ['500', { status: 500, code: 'internal' }],
    ['502 of a proxy', { status: 502, body: '<html>' }],
    ['503', { status: 503, code: 'unavailable' }],
    ['504 of a proxy', { status: 504, body: '' }],
    ['the same request in flight', { status: 409, code: 'idempotency_in_flight' }],
    ['a nonce that was used', { status: 409, code: 'nonce_replayed' }],
    ['a skewed clock', { status: 401, code: 'timestamp_skewed' }],
  ])('follows %s', async (_, fate) => {
    const { client, gateway } = await setUp([fate], { timeoutMs: 200 });
    expect(await client.sendEvent(event, { idempotencyKey: 'k-1' })).toMatchObject({ id: 'evt_1', attempts: 2 });
    expect(gateway.seen).toHaveLength(2);
  });

  test.each<[string, Fate]>([
    ['400', { status: 400, code: 'body_invalid' }],
    ['401', { status: 401, code: 'signature_invalid' }],
    ['403', { status: 403, code: 'tenant_mismatch' }],
    ['404', { status: 404, code: 'not_found' }],
    ['413', { status: 413, code: 'body_too_large' }],
    ['415', { status: 415, code: 'content_type_unsupported' }],
    ['422', { status: 422, code: 'idempotency_key_reused' }],
    ['408 of a proxy', { status: 408 }],
    ['501', { status: 501 }],
    ['a redirection', { status: 307, headers: { location: '/api/federation/events' } }],
  ])('never follows %s', async (_, fate) => {
    const { client, gateway } = await setUp([fate]);
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toThrow(TributaryError);
    expect(gateway.seen).toHaveLength(1);
  });

  test('is made three times at most, unless said otherwise', async () => {
    const away: Fate[] = Array(9).fill({ status: 503, code: 'unavailable' });
    const three = await setUp(away);
    await expect(three.client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({
      attempts: 3,
      code: 'unavailable',
    });
    const one = await setUp(away, { attemptsMax: 1 });
    await expect(one.client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({ attempts: 1 });
    expect([three.gateway.seen.length, one.gateway.seen.length]).toEqual([3, 1]);
  });

  test('for a used nonce helps once', async () => {
    const { client, gateway } = await setUp(Array(5).fill({ status: 409, code: 'nonce_replayed' }), { attemptsMax: 5 });
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({
      code: 'nonce_replayed',
      attempts: 2,
    });
    expect(gateway.seen).toHaveLength(2);
  });
});

describe('a clock that is wrong', () => {
  const skewed = (date: string): Fate => ({ status: 401, code: 'timestamp_skewed', headers: { date } });

  test('is set once by the gateway, also for the calls that follow', async () => {
    const { client, gateway, clock } = await setUp([skewed(new Date(Date.now() + 5 * day * 1_000).toUTCString())]);
    const wrong = Math.floor(clock.now / 1_000);
    await client.sendEvent(event, { idempotencyKey: 'k-1' });
    await client.sendEvent(event, { idempotencyKey: 'k-2' });
    const [first = 0, second = 0, third = 0] = gateway.seen.map(
      ({ headers }) => Number(headers['x-timestamp']) - wrong,
    );
    expect(first).toBe(0);
    expect(Math.abs(second - 5 * day)).toBeLessThan(5);
    expect(Math.abs(third - 5 * day)).toBeLessThan(5);
  });

  test('is not set twice in one call', async () => {
    const { client, gateway } = await setUp(Array(5).fill({ status: 401, code: 'timestamp_skewed' }), {
      attemptsMax: 5,
    });
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({
      code: 'timestamp_skewed',
      attempts: 2,
    });
    expect(gateway.seen).toHaveLength(2);
  });

  test('cannot be set without the time of the gateway', async () => {
    const { client, gateway } = await setUp([skewed('')]);
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({
      code: 'timestamp_skewed',
    });
    expect(gateway.seen).toHaveLength(1);
  });
});

describe('a wait', () => {
  test('is anything up to a bound that doubles to 60 s', async () => {
    const { client, clock } = await setUp(Array(11).fill({ status: 503, code: 'unavailable' }), { attemptsMax: 11 });
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toThrow(TributaryError);
    expect(clock.slept).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    const dice = await setUp(Array(2).fill({ status: 503, code: 'unavailable' }));
    dice.clock.random = 0.25;
    await dice.client.sendEvent(event, { idempotencyKey: 'k-1' });
    expect(dice.clock.slept).toEqual([125, 250]);
  });

  test('is no shorter than the gateway asked for', async () => {
    const { client, clock } = await setUp([
      { status: 429, code: 'rate_limited', headers: { 'retry-after': '120' } },
      { status: 503, code: 'unavailable', headers: { 'retry-after': '3' } },
    ]);
    clock.random = 0;
    await client.sendEvent(event, { idempotencyKey: 'k-1' });
    expect(clock.slept).toEqual([120_000, 3_000]);
  });

  test('that would pass 24 h, or what the caller allows, is not begun', async () => {
    const late: Fate = { status: 429, code: 'rate_limited', headers: { 'retry-after': `${day}` } };
    const { client, clock } = await setUp([late], { totalMs: 365 * day * 1_000 });
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({
      code: 'rate_limited',
      attempts: 1,
    });
    const short = await setUp([{ ...late, headers: { 'retry-after': '11' } }], { totalMs: 10_000 });
    await expect(short.client.sendEvent(event, { idempotencyKey: 'k-1' })).rejects.toMatchObject({ attempts: 1 });
    expect([...clock.slept, ...short.clock.slept]).toEqual([]);
  });

  test('ends when the caller gives up, and nothing more is sent', async () => {
    const { gateway } = await setUp([{ status: 503, code: 'unavailable', headers: { 'retry-after': '60' } }]);
    const client = createClient({ ...scriptedKey, baseUrl: gateway.baseUrl });
    const abort = new AbortController();
    const call = client.sendEvent(event, { idempotencyKey: 'k-1', signal: abort.signal });
    setTimeout(() => abort.abort(new Error('shutting down')), 100);
    await expect(call).rejects.toThrow('shutting down');
    await expect(client.state('evt_1', { signal: abort.signal })).rejects.toThrow('shutting down');
    expect(gateway.seen).toHaveLength(1);
  });

  test('for an answer ends when the caller gives up', async () => {
    const { client } = await setUp(['silence']);
    await expect(client.sendEvent(event, { idempotencyKey: 'k-1', signal: AbortSignal.timeout(100) })).rejects.toThrow(
      /timeout/,
    );
  });
});
