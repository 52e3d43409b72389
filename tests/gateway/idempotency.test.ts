import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordKeyOf } from '#gateway/redis/admissions';
import { rotateKey, type IssuedKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { redisKeysOf } from './harness/redis-keys.ts';
import {
  draft,
  eventBody,
  makeIdempotencyKey,
  makeNonce,
  send,
  stateDraft,
  usagePath,
  usageRow,
} from './harness/signed.ts';
import { keyEncryptionKeys, makeTenantId, startGateway, type TestGateway } from './harness/test-gateway.ts';

let gateway: TestGateway;
let key: IssuedKey;

beforeAll(async () => {
  gateway = await startGateway({ config: { addressBurst: 100_000, addressRatePerS: 100_000 } });
  key = await gateway.makeKey();
});

afterAll(() => gateway.close());

const ring = parseKeyring(keyEncryptionKeys);
const by = { changedBy: 'test' };

async function events(tenantId: string) {
  const { rows } = await gateway.admin.query<{ id: string }>('select id from event where org_id = $1', [tenantId]);
  return rows.map((row) => row.id);
}

describe('idempotency', () => {
  test('G12: of a hundred equal requests under one key, each signed anew, one becomes an event and all others learn of it', async () => {
    const own = await gateway.makeKey();
    const request = draft(own);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => send(gateway, { ...request, nonce: makeNonce() })),
    );
    const [id] = await events(own.tenantId);
    expect(await events(own.tenantId)).toEqual([id]);
    for (const { status, body } of answers) {
      expect(status === 200 ? body['id'] : body['code']).toBe(status === 200 ? id : 'idempotency_in_flight');
    }
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect(gateway.engine.driven.filter(({ eventId }) => eventId === id)).toHaveLength(1);
  });

  test('a repeat gets the first answer again for 24 hours, byte for byte, and says so', async () => {
    const request = draft(key);
    const first = await send(gateway, request);
    const again = await send(gateway, { ...request, nonce: makeNonce(), headers: [['prefer', 'wait=10']] });
    expect({ status: again.status, text: again.text }).toEqual({ status: 200, text: first.text });
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
    const leftMs = await gateway.redis.pttl(recordKeyOf(key.tenantId, String(first.body['id'])));
    expect(leftMs).toBeGreaterThan(23.9 * 60 * 60 * 1_000);
    expect(leftMs).toBeLessThanOrEqual(24 * 60 * 60 * 1_000);
  });

  test('tR7 tT7 G11: when Redis has lost everything, the row answers: the same id, or 422 for another body', async () => {
    const request = draft(key);
    const first = await send(gateway, request);
    await gateway.redis.del(...(await redisKeysOf(gateway, key.tenantId)));
    const other = await send(gateway, { ...request, nonce: makeNonce(), body: eventBody(key.tenantId, 'ai.used') });
    expect(other.body['code']).toBe('idempotency_key_reused');
    const again = await send(gateway, { ...request, nonce: makeNonce() });
    expect({ text: again.text, replayed: again.headers['idempotency-replayed'] }).toEqual({
      text: first.text,
      replayed: 'true',
    });
    expect((await send(gateway, { ...request, nonce: makeNonce() })).headers['idempotency-replayed']).toBe('true');
  });

  test('tA24 tA25: one idempotency key is one request per tenant, whichever of its keys signs, on whichever route', async () => {
    const tenantId = makeTenantId();
    const [one, two, stranger] = [
      await gateway.makeKey({ tenantId }),
      await gateway.makeKey({ tenantId }),
      await gateway.makeKey(),
    ];
    const idempotencyKey = makeIdempotencyKey();
    const first = await send(gateway, draft(one, { idempotencyKey }));
    expect((await send(gateway, draft(two, { idempotencyKey }))).text).toBe(first.text);
    const onUsage = draft(two, { idempotencyKey, target: usagePath, body: JSON.stringify([usageRow(tenantId)]) });
    expect((await send(gateway, onUsage)).body['code']).toBe('idempotency_key_reused');
    const others = await send(gateway, draft(stranger, { idempotencyKey }));
    expect(others.status).toBe(200);
    expect(others.body['id']).not.toBe(first.body['id']);
  });

  test.each([
    ['json_invalid', '{'],
    ['body_invalid', '{}'],
    ['tenant_mismatch', eventBody('somebody-else')],
  ])('after %s the idempotency key is free again', async (code, body) => {
    const own = await gateway.makeKey();
    const idempotencyKey = makeIdempotencyKey();
    expect((await send(gateway, draft(own, { idempotencyKey, body }))).body['code']).toBe(code);
    expect((await redisKeysOf(gateway, own.tenantId)).filter((name) => name.includes(':i:'))).toEqual([]);
    expect(await events(own.tenantId)).toEqual([]);
    expect((await send(gateway, draft(own, { idempotencyKey }))).status).toBe(200);
  });

  test('after a defect the idempotency key is free again, the answer says nothing, and the process goes on (G13)', async () => {
    const request = draft(key);
    const { drive } = gateway.engine;
    const { isBacklogFull } = gateway.engine;
    gateway.engine.isBacklogFull = () => {
      throw new Error('canary-of-a-stack');
    };
    const failed = await send(gateway, request);
    gateway.engine.isBacklogFull = isBacklogFull;
    gateway.engine.drive = drive;
    expect(failed.body['code']).toBe('internal');
    expect(failed.text).not.toContain('canary');
    expect(
      gateway.lines.some(
        (line) => line.includes('canary-of-a-stack') && line.includes(String(failed.body['requestId'])),
      ),
    ).toBe(true);
    expect((await send(gateway, { ...request, nonce: makeNonce() })).status).toBe(200);
  });
});

describe('keys', () => {
  test('control 6 tA15 tA18: both secrets verify after a rotation, the old one until its end', async () => {
    const old = await gateway.makeKey();
    expect((await send(gateway, draft(old))).status).toBe(200);
    const next = await rotateKey(gateway.admin, ring, old.keyId, { ...by, overlapMs: 60_000 });
    gateway.app.gateway.keys.forget(old.keyId);
    expect((await send(gateway, draft(old))).status).toBe(200);
    expect((await send(gateway, draft(next))).status).toBe(200);
    await gateway.admin.query(
      "update federation_secret set valid_until = now() - interval '1 second' where key_id = $1 and valid_until is not null",
      [old.keyId],
    );
    gateway.app.gateway.keys.forget(old.keyId);
    expect((await send(gateway, draft(old))).body['code']).toBe('signature_invalid');
    expect((await send(gateway, draft(next))).status).toBe(200);
  });

  test("control 32: a secret's row moved to another key opens nothing", async () => {
    const [mine, theirs] = [await gateway.makeKey(), await gateway.makeKey()];
    await gateway.admin.query(
      'update federation_secret t set iv = f.iv, ciphertext = f.ciphertext, tag = f.tag from federation_secret f where t.key_id = $1 and f.key_id = $2',
      [theirs.keyId, mine.keyId],
    );
    const answer = await send(gateway, draft(theirs, { secret: mine.secret }));
    expect(answer.body['code']).toBe('unavailable');
  });

  test("control 7 tA20: the tenant is the key's, and the body must agree", async () => {
    const other = await gateway.makeKey();
    const answer = await send(gateway, draft(key, { body: eventBody(other.tenantId) }));
    expect(answer.body['code']).toBe('tenant_mismatch');
    expect(await events(other.tenantId)).toEqual([]);
  });
});

describe('the state of an event', () => {
  test("another tenant's id, an unknown one and one of another shape are told alike (control 27)", async () => {
    const { body } = await send(gateway, draft(key));
    const stranger = await gateway.makeKey();
    const texts = [];
    for (const id of [String(body['id']), `evt_${'A'.repeat(27)}`, 'evt_x', 'anything']) {
      const { status, text, headers } = await send(gateway, stateDraft(stranger, id));
      expect(status).toBe(404);
      texts.push(text.replace(String(headers['x-request-id']), ''));
    }
    expect(new Set(texts).size).toBe(1);
  });

  test('is read with either scope, takes no body, and an idempotency key on it means nothing', async () => {
    const { body } = await send(gateway, draft(key));
    const usageKey = await gateway.makeKey({ tenantId: key.tenantId, scopes: ['usage'] });
    const read = stateDraft(usageKey, String(body['id']));
    expect(
      (
        await send(gateway, {
          ...read,
          headers: [
            ['x-idempotency-key', 'a b'],
            ['content-type', 'text/plain'],
          ],
        })
      ).status,
    ).toBe(200);
    expect((await send(gateway, { ...read, nonce: makeNonce(), body: 'x' })).body['code']).toBe('body_too_large');
    expect((await send(gateway, read)).body['code']).toBe('nonce_replayed');
  });

  test('says when it was applied or why it was rejected, and in which run; delivered again it is accepted once more, in another run', async () => {
    const [applied = '', rejected = ''] = await Promise.all([
      send(gateway, draft(key)),
      send(gateway, draft(key)),
    ]).then((answers) => answers.map(({ body }) => String(body['id'])));
    const decide = (id: string, status: string, reason: string | null) =>
      gateway.admin.query(
        `with decided as (delete from event_pending where org_id = $1 and event_id = $2 returning *)
         insert into event_verdict (org_id, event_id, status, verdicts, decided_at, received_at, rejection_code, rejection, workflow_id)
         select org_id, event_id, $3, 1, '2026-02-03T04:05:06Z', now(), $4, $4, 'events:boot:7' from decided`,
        [key.tenantId, id, status, reason],
      );
    const state = async (id: string) => (await send(gateway, stateDraft(key, id))).body;
    const common = (id: string) => ({ ok: true, id, type: 'lead.created', receivedAt: expect.any(String) });
    const run = { workflowId: 'events:boot:7' };
    await decide(applied, 'applied', null);
    await decide(rejected, 'rejected', 'currency_mismatch');
    const at = '2026-02-03T04:05:06.000Z';
    expect(await state(applied)).toEqual({ ...common(applied), ...run, status: 'applied', appliedAt: at });
    const reason = { status: 'rejected', rejection: 'currency_mismatch' };
    expect(await state(rejected)).toEqual({ ...common(rejected), ...run, ...reason });
    await gateway.admin.query(`select redeliver_event($1, $2, null, 'operator', 'test', 'corrected')`, [
      key.tenantId,
      rejected,
    ]);
    const workflowId = `event:${key.tenantId}:${rejected}:r1`;
    expect(await state(rejected)).toEqual({ ...common(rejected), status: 'accepted', workflowId });
  });

  test('spends the quota of its key', async () => {
    const own = await gateway.makeKey({ ratePerS: 1, burst: 1 });
    expect((await send(gateway, stateDraft(own, 'evt_x'))).status).toBe(404);
    expect((await send(gateway, stateDraft(own, 'evt_x'))).status).toBe(429);
  });
});
