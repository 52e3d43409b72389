import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAttemptQueue, type AttemptQueue } from '#gateway/attempts/attempt-queue';
import type { AttemptRow } from '#gateway/attempts/attempt-row';
import { forgetBodies } from '#gateway/attempts/forget-bodies';
import type { IssuedKey } from '#prisma/federation-keys';
import { draft, eventBody, makeNonce, nowS, send, stateDraft, usagePath, usageRow } from './harness/signed.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';

let gateway: TestGateway;
let key: IssuedKey;

beforeAll(async () => {
  gateway = await startGateway({ config: { addressBurst: 100_000, addressRatePerS: 100_000 } });
  key = await gateway.makeKey();
});

afterAll(() => gateway.close());

interface Attempt {
  readonly request_id: string;
  readonly code: string;
  readonly status: number;
  readonly route: string;
  readonly org_id: string | null;
  readonly claimed_key_id: string | null;
  readonly idempotency_key: string | null;
  readonly event_id: string | null;
  readonly headers: Record<string, string> | null;
  readonly body: Buffer | null;
  readonly issues: unknown;
  readonly repeats: number;
  readonly address_prefix: string;
}

async function attempts(where: string, values: unknown[]): Promise<Attempt[]> {
  await gateway.flush();
  const { rows } = await gateway.admin.query<Attempt>(
    `select * from delivery_attempt where ${where} order by id`,
    values,
  );
  return rows;
}

describe('tA21: what was refused is on record', () => {
  test('of a tenant with what helps to find the mistake, and without its signature', async () => {
    const secret: [string, string][] = [
      ['authorization', 'Bearer x'],
      ['proxy-authorization', 'Basic x'],
      ['cookie', 'session=x'],
    ];
    const body = eventBody(key.tenantId, 'lead.created', { leadId: 'L-ü' });
    const request = draft(key, { body, headers: secret });
    const { body: told, headers } = await send(gateway, request);
    const [attempt, ...others] = await attempts('request_id = $1', [headers['x-request-id']]);
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({
      code: 'body_invalid',
      status: 400,
      route: 'events',
      org_id: key.tenantId,
      claimed_key_id: key.keyId,
      idempotency_key: request.idempotencyKey,
      event_id: expect.stringMatching(/^evt_/),
      issues: told['issues'],
      repeats: 1,
      address_prefix: '127.0.0.1',
    });
    expect(attempt?.body?.toString('utf8')).toBe(request.body);
    expect(attempt?.headers).toMatchObject({ 'x-nonce': request.nonce, 'content-type': 'application/json' });
    for (const name of ['x-signature', ...secret.map(([hidden]) => hidden)])
      expect(attempt?.headers).not.toHaveProperty(name);
  });

  test('of a refused body only the first 16 KiB', async () => {
    const row = usageRow(key.tenantId, { meta: { note: 'x'.repeat(6_000) } });
    const body = JSON.stringify([row, row, row, row, usageRow('other')]);
    const { headers } = await send(gateway, draft(key, { target: usagePath, body }));
    const [attempt] = await attempts('request_id = $1', [headers['x-request-id']]);
    expect(attempt?.body?.equals(Buffer.from(body).subarray(0, 16 * 1024))).toBe(true);
  });

  test('a replay and a repeat under another body', async () => {
    const request = draft(key);
    await send(gateway, request);
    const nonce = makeNonce();
    const ids = [
      (await send(gateway, { ...request, nonce })).headers['x-request-id'],
      (await send(gateway, { ...request, nonce })).headers['x-request-id'],
      (await send(gateway, { ...request, nonce: makeNonce(), body: eventBody(key.tenantId, 'ai.used') })).headers[
        'x-request-id'
      ],
      (await send(gateway, draft(key, { timestamp: nowS(-900) }))).headers['x-request-id'],
      (await send(gateway, stateDraft(key, 'evt_x'))).headers['x-request-id'],
    ];
    const found = await attempts('request_id = any($1)', [ids]);
    expect(found.map(({ code, status }) => `${status} ${code}`)).toEqual([
      '200 replayed',
      '409 nonce_replayed',
      '422 idempotency_key_reused',
      '401 timestamp_skewed',
      '404 not_found',
    ]);
    expect(found[0]?.body).toBeNull();
  });

  test('of strangers only that and how often it was, and nothing that they sent', async () => {
    for (let times = 0; times < 7; times++)
      await send(gateway, draft(key, { keyId: 'fk_stranger', idempotencyKey: `i${times}` }));
    const found = await attempts('claimed_key_id = $1', ['fk_stranger']);
    expect(found.reduce((sum, { repeats }) => sum + repeats, 0)).toBe(7);
    expect(found.length).toBeLessThanOrEqual(2);
    for (const attempt of found) {
      expect(attempt).toMatchObject({
        code: 'signature_invalid',
        org_id: null,
        headers: null,
        body: null,
        idempotency_key: null,
      });
    }
  });

  test('an acceptance is not: its row is the event', async () => {
    const { headers, body } = await send(gateway, draft(key));
    expect(await attempts('request_id = $1', [headers['x-request-id']])).toEqual([]);
    const { rows } = await gateway.admin.query(
      'select request_id, key_id, signature_version, address_prefix from event where id = $1',
      [body['id']],
    );
    expect(rows).toEqual([
      { request_id: headers['x-request-id'], key_id: key.keyId, signature_version: 2, address_prefix: '127.0.0.1' },
    ]);
  });
});

describe('what waits to be written', () => {
  const row = (body: string): AttemptRow => ({
    at: '2026-01-01T00:00:00Z',
    request_id: 'req_1',
    route: 'usage',
    status: 400,
    code: 'body_invalid',
    latency_ms: 1,
    address_prefix: '127.0.0.1',
    claimed_key_id: null,
    org_id: null,
    idempotency_key: null,
    event_id: null,
    headers: null,
    body,
    issues: null,
    repeats: 1,
  });
  const fill = (queue: AttemptQueue, body: string) => {
    let taken = 0;
    while (taken < 20_000 && queue.add(row(body))) taken += 1;
    return taken;
  };

  test('is at most 10,000 rows, in pages of 500', () => {
    const queue = createAttemptQueue();
    expect(fill(queue, '')).toBe(10_000);
    expect(queue.hasPage()).toBe(true);
    expect(queue.nextPage()).toHaveLength(500);
    expect(queue.length()).toBe(9_500);
  });

  test('is at most 32 MiB, in pages of 2 MiB, and one row at least', () => {
    const queue = createAttemptQueue();
    const taken = fill(queue, 'x'.repeat(1024 * 1024 - 512));
    expect(taken).toBe(32);
    const pages: number[] = [];
    for (let page = queue.nextPage(); page.length > 0; page = queue.nextPage()) pages.push(page.length);
    expect(pages).toEqual(Array.from({ length: 16 }, () => 2));
    expect(queue.add(row('x'.repeat(3 * 1024 * 1024)))).toBe(true);
    expect(queue.add(row(''))).toBe(true);
    expect(queue.hasPage()).toBe(true);
    expect(queue.nextPage()).toHaveLength(1);
    expect(queue.nextPage()).toHaveLength(1);
  });
});

test('what refused requests contained is forgotten after 7 days, the attempt is not', async () => {
  const { headers } = await send(gateway, draft(key, { body: '{}' }));
  const id = headers['x-request-id'];
  const { headers: newer } = await send(gateway, draft(key, { body: '{}' }));
  await attempts('request_id = $1', [id]);
  await gateway.admin.query("update delivery_attempt set at = now() - interval '8 days' where request_id = $1", [id]);
  await forgetBodies(gateway.admin);
  expect((await attempts('request_id = $1', [id]))[0]).toMatchObject({
    code: 'body_invalid',
    body: null,
    headers: null,
  });
  expect((await attempts('request_id = $1', [newer['x-request-id']]))[0]?.body).not.toBeNull();
});

test('control 34 97: no log line, metric or row holds a secret, a signature, a body or a nonce', async () => {
  const canary = `canary${makeNonce()}`;
  const drafts = [
    draft(key, { body: eventBody(key.tenantId, 'lead.created', { leadId: canary, source: canary }) }),
    draft(key, { body: `{"${canary}":1}` }),
    draft(key, { body: canary }),
    draft(key, { secret: `fsk_${canary}` }),
  ];
  const hidden = [key.secret, canary];
  for (const request of drafts) {
    await send(gateway, request);
    hidden.push(request.nonce);
  }
  await gateway.flush();
  const lines = gateway.lines.join('\n');
  const metrics = await (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
  for (const text of hidden) {
    expect(lines).not.toContain(text);
    expect(metrics).not.toContain(text);
  }
  expect(metrics).not.toContain(key.tenantId);
  expect(metrics).not.toContain(key.keyId);
  expect(lines).toContain(key.keyId);
  const { rows } = await gateway.admin.query<{ line: string }>(
    'select row_to_json(a)::text as line from delivery_attempt a union all select row_to_json(e)::text from event e',
  );
  for (const { line } of rows) expect(line).not.toContain(key.secret);
  const { rows: secrets } = await gateway.admin.query<{ line: string }>(
    "select encode(ciphertext, 'escape') || last_four as line from federation_secret",
  );
  for (const { line } of secrets) expect(line).not.toContain(key.secret.slice(4));
});
