import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCommitQueue, type CommitQueue } from '#gateway/accept/commit-queue';
import { createCommitter, type Committer } from '#gateway/accept/committer';
import { eventIdOf, fingerprintOf, shortFingerprint } from '#gateway/accept/event-id';
import type { EventRow } from '#gateway/accept/insert-events';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { openProxy, type Proxy } from './harness/proxy.ts';
import { acceptPool } from './harness/test-gateway.ts';

let database: TestDatabase;
let admin: pg.Pool;
let proxy: Proxy;
let pool: pg.Pool;
let committer: Committer;
const failures: string[] = [];

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url);
  proxy = await openProxy(database.url);
  pool = acceptPool(proxy.url);
  committer = createCommitter(pool, { onFailure: (kind) => failures.push(kind), onBreaker: () => undefined });
});

afterAll(async () => {
  committer.close();
  await pool.end();
  await proxy.close();
  await admin.end();
  await database.drop();
});

function row(more: Partial<EventRow> = {}): EventRow {
  const id = `evt_${randomBytes(20).toString('base64url')}`;
  return {
    tenantId: 'acme',
    id,
    type: 'lead.created',
    body: '{"a":"ü😀\\"\\\\,{}"}',
    fingerprint: createHash('sha256').update(id).digest(),
    idempotencyKey: '"{NULL},\\',
    keyId: 'fk_1',
    signatureVersion: 2,
    requestId: `req_${randomBytes(6).toString('hex')}`,
    addressPrefix: '127.0.0.1',
    entityKind: 'lead',
    entityId: 'NULL',
    occurredAt: Date.UTC(2026, 0, 1),
    receivedAt: Date.UTC(2026, 0, 2),
    ...more,
  };
}

const commit = (one: EventRow) => committer.commit(one, performance.now() + 5_000);

async function stored(id: string) {
  const { rows } = await admin.query<{
    body: string;
    idempotency_key: string;
    entity_id: string | null;
    occurred_ms: string;
    is_pending: boolean;
  }>(
    `select e.*, extract(epoch from e.occurred_at) * 1000 as occurred_ms, p.event_id is not null as is_pending
     from event e left join event_pending p on p.org_id = e.org_id and p.event_id = e.id where e.id = $1`,
    [id],
  );
  return rows;
}

describe('group commit', () => {
  test('a committed row is stored as it was sent, and waits for its verdict', async () => {
    const one = row();
    expect(await commit(one)).toBe('inserted');
    const [kept] = await stored(one.id);
    expect(kept).toMatchObject({
      body: one.body,
      idempotency_key: one.idempotencyKey,
      entity_id: 'NULL',
      is_pending: true,
    });
    const none = row({ entityKind: null, entityId: null });
    await commit(none);
    expect((await stored(none.id))[0]).toMatchObject({ entity_id: null });
  });

  test.each([
    ['the year 0000', -62_167_219_200_000],
    ['the year 9999', 253_402_300_799_999],
    ['a millisecond', Date.UTC(2026, 5, 1) + 1],
    ['before 1970', -1],
  ])('tB26: %s travels as milliseconds and comes back the same', async (_name, occurredAt) => {
    const one = row({ occurredAt });
    await commit(one);
    expect(Number((await stored(one.id))[0]?.occurred_ms)).toBe(occurredAt);
  });

  test('rows that are ready together share statements, and none is lost or doubled', async () => {
    const rows = Array.from({ length: 1_500 }, () => row());
    const results = await Promise.all(rows.map(commit));
    expect(new Set(results)).toEqual(new Set(['inserted']));
    const { rows: counted } = await admin.query('select count(*)::int as n from event where id = any($1)', [
      rows.map(({ id }) => id),
    ]);
    expect(counted).toEqual([{ n: 1_500 }]);
    expect(committer.waiting()).toBe(0);
  });

  test('a conflict tells whose row is stored: mine, the same request, another one', async () => {
    const one = row();
    await commit(one);
    expect(await commit(one)).toBe('inserted');
    expect(await commit({ ...one, requestId: 'req_other' })).toBe('repeated');
    expect(await commit({ ...one, requestId: 'req_other', fingerprint: Buffer.alloc(32) })).toBe('reused');
  });

  test('one id many times at once gives one row, also inside one batch and across batches', async () => {
    const one = row();
    const results = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        commit({
          ...one,
          requestId: `req_${index}`,
          fingerprint: index % 4 === 0 ? Buffer.alloc(32, 1) : one.fingerprint,
        }),
      ),
    );
    expect(await stored(one.id)).toHaveLength(1);
    expect(results.filter((result) => result === 'inserted')).toHaveLength(1);
    expect(results.every((result) => ['inserted', 'repeated', 'reused'].includes(result))).toBe(true);
  });

  test('batches that share ids in opposite orders do not deadlock', async () => {
    failures.length = 0;
    const other = createCommitter(pool, { onFailure: (kind) => failures.push(kind), onBreaker: () => undefined });
    const shared = Array.from({ length: 100 }, () => row());
    for (let round = 0; round < 5; round++) {
      const fresh = shared.map((one) => ({
        ...one,
        id: `${one.id.slice(0, -2)}${round}A`,
        requestId: `${one.requestId}${round}`,
      }));
      await Promise.all([
        ...fresh.map((one) => commit(one)),
        ...fresh.toReversed().map((one) => other.commit(one, performance.now() + 5_000)),
      ]);
    }
    other.close();
    expect(failures).toEqual([]);
  });

  test("a row that the database refuses fails alone: one tenant's data never refuses another's", async () => {
    const rows = Array.from({ length: 30 }, (_, index) =>
      row(index === 17 ? { body: 'a\0b' } : { tenantId: `t${index}` }),
    );
    const results = await Promise.all(rows.map(commit));
    for (const [index, result] of results.entries()) expect(result).toBe(index === 17 ? 'failed' : 'inserted');
    for (let times = 0; times < 5; times++) expect(await commit(row({ body: 'a\0b' }))).toBe('failed');
    expect(await commit(row())).toBe('inserted');
  });

  test('what is not sent within a second is withdrawn, and certainly not stored', async () => {
    proxy.hold();
    const stuck = [];
    for (let batch = 0; batch < 2; batch++) {
      stuck.push(commit(row()));
      await sleep(20);
    }
    const late = row();
    const started = performance.now();
    expect(await commit(late)).toBe('unsent');
    const waited = performance.now() - started;
    expect(waited).toBeGreaterThan(900);
    expect(waited).toBeLessThan(1_500);
    proxy.pass();
    proxy.reset();
    await Promise.all(stuck);
    await sleep(300);
    expect(await stored(late.id)).toEqual([]);
  }, 20_000);

  test('more than may wait is turned away at once', async () => {
    await sleep(600);
    proxy.hold();
    const results = Array.from({ length: 4_500 }, () => commit(row()));
    const first = await Promise.race(results.slice(4_400));
    expect(first).toBe('unsent');
    expect(committer.waiting()).toBeLessThanOrEqual(4_096);
    proxy.pass();
    await Promise.all(results);
  }, 20_000);
});

describe('what waits for a batch', () => {
  const wait = (queue: CommitQueue, bytes: number) =>
    queue.add({
      row: row({ body: 'x'.repeat(bytes) }),
      deadlineMs: Infinity,
      since: performance.now(),
      done: () => undefined,
    });

  test('goes in batches of 128 rows or 1 MiB, and one row at least', () => {
    const queue = createCommitQueue();
    for (let count = 0; count < 130; count++) wait(queue, 10);
    for (let count = 0; count < 5; count++) wait(queue, 400_000);
    wait(queue, 2_000_000);
    const batches = Array.from({ length: 5 }, () => queue.nextBatch().length);
    expect(batches).toEqual([128, 4, 2, 1, 1]);
    queue.close();
  });

  test('is at most 16 MiB', () => {
    const queue = createCommitQueue();
    const taken = Array.from({ length: 20 }, () => wait(queue, 1_000_000));
    expect(taken.filter(Boolean)).toHaveLength(16);
    queue.nextBatch();
    expect(wait(queue, 1_000_000)).toBe(true);
    queue.close();
  });
});

test("control 24: the role of the gateway can read the state of its tenant's events, and do nothing else to them", async () => {
  await sleep(600);
  for (const sql of [
    "insert into event_pending (org_id, event_id, received_at, sweep_after) values ('acme', 'x', now(), now())",
    "update event set body = ''",
    'delete from event_pending',
    'select * from federation_secret',
    'select * from lead',
    'select * from delivery_attempt',
    'delete from delivery_attempt',
  ]) {
    await expect(pool.query(sql)).rejects.toMatchObject({ code: '42501' });
  }
  expect((await pool.query('select * from event')).rows).toEqual([]);
});

describe('identity', () => {
  test('the id of an event is a pure function of tenant and idempotency key', () => {
    const digest = createHash('sha256').update('federation-event\nacme\nidem-1').digest();
    expect(eventIdOf('acme', 'idem-1')).toBe(`evt_${digest.subarray(0, 20).toString('base64url')}`);
    expect(eventIdOf('acme', 'idem-1')).toMatch(/^evt_[A-Za-z0-9_-]{27}$/);
    expect(eventIdOf('acme2', 'idem-1')).not.toBe(eventIdOf('acme', 'idem-1'));
  });

  test('the fingerprint has method, path and body in it', () => {
    const hash = createHash('sha256').update('{}').digest('hex');
    const digest = createHash('sha256').update(`POST\n/p\n${hash}`).digest();
    expect(fingerprintOf('POST', '/p', hash)).toEqual(digest);
    expect(shortFingerprint(digest)).toBe(digest.toString('base64url').slice(0, 22));
  });
});
