import { describe, expect, test } from 'vitest';
import { createClient } from '#client/client';
import { scriptedKey } from './scripted-gateway.ts';
import { event, setUp } from './set-up.ts';

const row = {
  tenantId: 'acme',
  meter: 'mails',
  quantity: 1,
  windowStart: '2026-01-01T00:00:00Z',
  windowEnd: '2026-01-01T01:00:00Z',
};

describe('a request', () => {
  test('is signed in version 2 over the bytes that are sent', async () => {
    const { client, gateway } = await setUp([]);
    expect(await client.sendEvent(event, { idempotencyKey: 'k-1' })).toEqual({
      id: 'evt_1',
      isReplay: false,
      requestId: 'r-1',
      attempts: 1,
    });
    const [seen] = gateway.seen;
    expect(seen).toMatchObject({ method: 'POST', target: '/api/federation/events', hasValidSignature: true });
    expect(seen?.headers).toMatchObject({ 'x-idempotency-key': 'k-1', 'content-type': 'application/json' });
    expect(seen?.headers['x-signature']).toMatch(/^v2=[0-9a-f]{64}$/);
    expect(JSON.parse(String(seen?.body))).toEqual(event);
  });

  test('of usage goes to its own route, and bytes go as they are', async () => {
    const { client, gateway } = await setUp([]);
    await client.sendUsage([row], { idempotencyKey: 'k-1' });
    const body = Buffer.from(' [ 1 ]\r\n');
    await client.sendUsage(body, { idempotencyKey: 'k-2' });
    expect(gateway.seen.map(({ target, hasValidSignature }) => [target, hasValidSignature])).toEqual([
      ['/api/federation/usage', true],
      ['/api/federation/usage', true],
    ]);
    expect(JSON.parse(String(gateway.seen[0]?.body))).toEqual([row]);
    expect(gateway.seen[1]?.body.equals(body)).toBe(true);
  });

  test('that waits for the books says so, and tells what became of it', async () => {
    const { client, gateway } = await setUp([]);
    expect(await client.sendEvent(event, { idempotencyKey: 'k-1', waitS: 5 })).toMatchObject({ status: 'applied' });
    expect(gateway.seen[0]?.headers['prefer']).toBe('wait=5');
  });

  test('for a state is signed without body and idempotency key', async () => {
    const state = {
      ok: true,
      id: 'evt_1',
      type: 'lead.created',
      status: 'rejected',
      receivedAt: '2026-01-31T09:30:00.000Z',
      rejection: { code: 'x' },
      workflowId: 'event:acme:evt_1',
    };
    const { client, gateway } = await setUp([{ status: 200, body: state }]);
    const { ok, ...told } = state;
    expect(ok && (await client.state('evt_1'))).toEqual(told);
    expect(gateway.seen[0]).toMatchObject({
      method: 'GET',
      target: '/api/federation/events/evt_1',
      hasValidSignature: true,
    });
    expect(gateway.seen[0]?.headers['x-idempotency-key']).toBeUndefined();
  });

  test.each([
    ['a base address with a path', () => createClient({ ...scriptedKey, baseUrl: 'https://gateway.example.com/api' })],
    ['a base address of another kind', () => createClient({ ...scriptedKey, baseUrl: 'ftp://gateway.example.com' })],
    [
      'a base address with a password',
      () => createClient({ ...scriptedKey, baseUrl: 'https://a:b@gateway.example.com' }),
    ],
    [
      'a key id that is none',
      () => createClient({ ...scriptedKey, keyId: 'fk dot', baseUrl: 'https://gateway.example.com' }),
    ],
    ['an empty secret', () => createClient({ ...scriptedKey, secret: '', baseUrl: 'https://gateway.example.com' })],
  ])('is never made with %s', (_, make) => {
    expect(make).toThrow(TypeError);
  });

  test('is never sent with an idempotency key or an id that is none', async () => {
    const { client, gateway } = await setUp([]);
    for (const idempotencyKey of ['', 'two words', 'é', 'x'.repeat(256), 'a\nb']) {
      await expect(client.sendEvent(event, { idempotencyKey })).rejects.toThrow(TypeError);
    }
    for (const id of ['', '../usage', 'evt_1?x', 'a b']) await expect(client.state(id)).rejects.toThrow(TypeError);
    expect(gateway.seen).toHaveLength(0);
  });
});
