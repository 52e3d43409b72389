import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IssuedKey } from '#prisma/federation-keys';
import { services } from '../support/services.ts';
import { openProxy, type Proxy } from './harness/proxy.ts';
import { draft, eventBody, makeNonce, send, stateDraft } from './harness/signed.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';
import type { Answer } from './harness/wire.ts';

let gateway: TestGateway;
let key: IssuedKey;
let redis: Proxy;
let postgres: Proxy;

beforeAll(async () => {
  redis = await openProxy(services().redisUrl);
  postgres = await openProxy(services().databaseUrl);
});

beforeEach(async () => {
  gateway = await startGateway({ redisUrl: redis.url, databaseUrl: postgres.url });
  key = await gateway.makeKey({ ratePerS: 10_000, burst: 10_000 });
  await until(async () => (await send(gateway, draft(key))).status === 200, 5_000);
});

afterEach(async () => {
  redis.pass();
  postgres.pass();
  await gateway.close();
});

afterAll(async () => {
  await redis.close();
  await postgres.close();
});

async function until(holds: () => Promise<boolean>, withinMs: number) {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('did not come true in time');
    await sleep(20);
  }
}

async function timed(work: Promise<Answer>): Promise<Answer & { readonly ms: number }> {
  const started = performance.now();
  return { ...(await work), ms: performance.now() - started };
}

function expectUnavailable(answer: Answer) {
  expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status: 503, code: 'unavailable' });
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(5);
}

const eventCount = async () => Number((await gateway.admin.query('select count(*) as n from event')).rows[0]?.n);

describe('Redis away', () => {
  test('R1 tR3 tL5: refused, every signed request gets 503 within 0.5 s, nothing is accepted, and it serves again within a second of its return', async () => {
    const before = await eventCount();
    redis.refuse();
    await sleep(50);
    const answers = await Promise.all(Array.from({ length: 20 }, () => timed(send(gateway, draft(key)))));
    for (const answer of answers) {
      expectUnavailable(answer);
      expect(answer.ms).toBeLessThan(500);
      expect(answer.headers['ratelimit']).toBeUndefined();
    }
    expectUnavailable(await send(gateway, stateDraft(key, 'evt_x')));
    expect((await send(gateway, draft(key, { secret: 'fsk_wrong' }))).body['code']).toBe('signature_invalid');
    expect(await eventCount()).toBe(before);
    redis.pass();
    await until(async () => (await send(gateway, draft(key))).status === 200, 1_500);
  });

  test('R2 tR2: hung, 503 within 0.5 s, then at once, and it serves again after its return', async () => {
    redis.hold();
    const requests = Array.from({ length: 6 }, () => draft(key));
    const first = await Promise.all(requests.map((request) => timed(send(gateway, request))));
    for (const answer of first) {
      expectUnavailable(answer);
      expect(answer.ms).toBeLessThan(500);
    }
    const then = await timed(send(gateway, draft(key)));
    expectUnavailable(then);
    expect(then.ms).toBeLessThan(100);
    redis.pass();
    await until(async () => (await send(gateway, draft(key))).status === 200, 4_000);
    // What it still executed when it was back keeps no idempotency key.
    for (const request of requests) {
      await until(async () => (await send(gateway, { ...request, nonce: makeNonce() })).status === 200, 2_000);
    }
  });

  test('R8: 300 ms slower than it may be, as hung: 503 in time, then at once, and it serves again', async () => {
    redis.slow(300);
    for (const answer of await Promise.all(Array.from({ length: 6 }, () => timed(send(gateway, draft(key)))))) {
      expectUnavailable(answer);
      expect(answer.ms).toBeLessThan(1_000);
    }
    const then = await timed(send(gateway, draft(key)));
    expectUnavailable(then);
    expect(then.ms).toBeLessThan(250);
    redis.pass();
    await until(async () => (await send(gateway, draft(key))).status === 200, 4_000);
  });

  test('tR5: an admission that ran although its answer was lost does not keep its idempotency key', async () => {
    redis.holdAnswers();
    const request = draft(key);
    expectUnavailable(await send(gateway, request));
    redis.pass();
    redis.reset();
    await until(async () => (await send(gateway, { ...request, nonce: makeNonce() })).status === 200, 2_000);
  });

  test('tR1: an admission whose connection died under it is sent once more, and is not taken for a replay of itself', async () => {
    redis.holdAnswers();
    const answered = send(gateway, draft(key));
    await sleep(60);
    redis.pass();
    redis.reset();
    expect((await answered).status).toBe(200);
  });

  test('tR6: gone between admission and settling, an accepted event stays accepted and its repeat finds it', async () => {
    const { isBacklogFull } = gateway.engine;
    gateway.engine.isBacklogFull = () => {
      redis.refuse();
      return false;
    };
    const request = draft(key);
    const accepted = await send(gateway, request);
    gateway.engine.isBacklogFull = isBacklogFull;
    expect(accepted.status).toBe(200);
    redis.pass();
    let again = accepted;
    await until(async () => {
      again = await send(gateway, { ...request, nonce: makeNonce() });
      return again.status === 200;
    }, 3_000);
    expect(again.body['id']).toBe(accepted.body['id']);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });
});

describe('Postgres away', () => {
  test('P5: refused, 503 at once but for a repeat, nothing is queued, the idempotency key is free again, and it serves again within seconds of its return', async () => {
    const finished = draft(key);
    expect((await send(gateway, finished)).status).toBe(200);
    await sleep(50);
    postgres.refuse();
    await sleep(50);
    const repeat = await send(gateway, { ...finished, nonce: makeNonce() });
    expect([repeat.status, repeat.headers['idempotency-replayed']]).toEqual([200, 'true']);
    const request = draft(key);
    for (let times = 0; times < 5; times++) {
      const answer = await timed(send(gateway, { ...request, nonce: makeNonce() }));
      expectUnavailable(answer);
      expect(answer.ms).toBeLessThan(500);
    }
    expectUnavailable(await send(gateway, stateDraft(key, `evt_${'A'.repeat(27)}`)));
    expect([gateway.app.gateway.committer.waiting(), gateway.app.gateway.bodyMemory.held()]).toEqual([0, 0]);
    postgres.pass();
    await until(async () => (await send(gateway, { ...request, nonce: makeNonce() })).status === 200, 3_000);
  });

  test('an outage of the key store does not tell known key ids from unknown ones', async () => {
    postgres.refuse();
    await sleep(1_100);
    const [known, unknown] = [draft(key, { secret: 'fsk_wrong' }), draft(key, { keyId: 'fk_unknown' })];
    expectUnavailable(await send(gateway, known));
    expectUnavailable(await send(gateway, unknown));
    postgres.pass();
    await until(async () => (await send(gateway, known)).status === 401, 3_000);
    expect((await send(gateway, unknown)).status).toBe(401);
  });

  test('P4 P6: hung, every request is answered within 5 s and a little, later ones at once, each 503 was certainly not accepted, and other connections take the place of those that hung', async () => {
    postgres.hold();
    const requests = Array.from({ length: 10 }, () => draft(key));
    const answers = await Promise.all(requests.map((request) => timed(send(gateway, request))));
    for (const answer of answers) {
      expect([500, 503]).toContain(answer.status);
      expect(answer.ms).toBeLessThan(5_500);
    }
    const later = await timed(send(gateway, draft(key)));
    expectUnavailable(later);
    expect(later.ms).toBeLessThan(200);
    // Nobody cuts the connections that had hung: they were given up, and others are made.
    postgres.pass();
    await until(async () => (await send(gateway, draft(key))).status === 200, 5_000);
    const sessions =
      "select from pg_stat_activity where application_name = 'test-gateway' and datname = current_database()";
    await expect.poll(async () => (await gateway.admin.query(sessions)).rowCount).toBeLessThanOrEqual(10);
    const { rows } = await gateway.admin.query<{ idempotency_key: string }>('select idempotency_key from event');
    const stored = new Set(rows.map((row) => row.idempotency_key));
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 503) expect(stored.has(requests[index]?.idempotencyKey ?? '')).toBe(false);
    }
  }, 30_000);

  test('P15: slower than it may be, what would wait for more than a second is refused, the rest is taken, and what got a 200 is there', async () => {
    postgres.slow(1_400);
    const requests = Array.from({ length: 60 }, () => draft(key));
    const answering = requests.map(async (request, place) => {
      await sleep(place * 40);
      return timed(send(gateway, request));
    });
    const answers = await Promise.all(answering);
    postgres.pass();
    for (const { status, ms, headers } of answers) {
      expect([200, 503]).toContain(status);
      expect(ms).toBeLessThan(5_500);
      if (status === 503) expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    const { rows } = await gateway.admin.query<{ key: string }>('select idempotency_key as key from event');
    const stored = new Set(rows.map((row) => row.key));
    for (const [place, { status }] of answers.entries())
      expect(stored.has(requests[place]?.idempotencyKey ?? '')).toBe(status === 200);
  }, 30_000);

  test('P7: committed and the answer lost: asked again on a new connection, and answered 200 once it is known', async () => {
    const { isBacklogFull } = gateway.engine;
    gateway.engine.isBacklogFull = () => {
      postgres.holdAnswers();
      return false;
    };
    const request = draft(key);
    const answered = send(gateway, request);
    await sleep(500);
    gateway.engine.isBacklogFull = isBacklogFull;
    postgres.pass();
    postgres.reset();
    const { status, body, headers } = await answered;
    expect({ status, replayed: headers['idempotency-replayed'] }).toEqual({ status: 200, replayed: undefined });
    expect(gateway.engine.driven.filter(({ eventId }) => eventId === body['id'])).toHaveLength(1);
    const { rows } = await gateway.admin.query('select from event where id = $1', [body['id']]);
    expect(rows).toHaveLength(1);
  });

  test('an outcome that stays unknown is 500, and a repeat with the same idempotency key finds the truth', async () => {
    const { isBacklogFull } = gateway.engine;
    gateway.engine.isBacklogFull = () => {
      postgres.holdAnswers();
      return false;
    };
    const request = draft(key);
    const unknown = await timed(send(gateway, request));
    gateway.engine.isBacklogFull = isBacklogFull;
    expect({ status: unknown.status, code: unknown.body['code'] }).toEqual({ status: 500, code: 'internal' });
    expect(unknown.ms).toBeLessThan(5_500);
    const metrics = await fetch(`http://127.0.0.1:${gateway.port}/metrics`);
    expect(await metrics.text()).toMatch(/^gateway_accept_unknown_total [1-9]/m);
    postgres.pass();
    postgres.reset();
    let again: Answer = unknown;
    await until(async () => {
      again = await send(gateway, { ...request, nonce: makeNonce() });
      return again.status === 200;
    }, 5_000);
    const { rows } = await gateway.admin.query<{ id: string }>('select id from event where idempotency_key = $1', [
      request.idempotencyKey,
    ]);
    expect(rows.map((row) => row.id)).toEqual([again.body['id']]);
    expect(
      (await send(gateway, { ...request, nonce: makeNonce(), body: eventBody(key.tenantId, 'ai.used') })).status,
    ).toBe(422);
  }, 30_000);
});

test('Temporal away: everything is accepted', async () => {
  expect(gateway.engine.status().connected).toBe(false);
  expect((await send(gateway, draft(key))).status).toBe(200);
});
