import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { webhookOf } from '#tests/payments/webhook-of';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';

const secret = 'whsec_of_the_test';
const previous = 'whsec_of_before';
const now = Date.parse('2026-11-02T10:00:00Z');
const started: string[] = [];
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    clock: () => now,
    // So slow a refill that the machine's own pace does not matter.
    config: { addressBurst: 60, addressRatePerS: 0.01 },
    webhooks: { secrets: [secret, previous], start: (provider, id) => void started.push(`${provider}:${id}`) },
  });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  started.length = 0;
  await gateway.admin.query('delete from provider_event');
});

const paid = (id = 'evt_1') => ({
  id,
  type: 'payment_intent.succeeded',
  object: { object: 'payment_intent', id: 'pi_7', status: 'succeeded', metadata: { org: 'acme' } },
});

async function post(body: string, signature: string | undefined, to: TestGateway = gateway) {
  const answer = await fetch(`http://127.0.0.1:${to.port}/api/payments/stripe/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(signature !== undefined && { 'stripe-signature': signature }) },
    body,
  });
  const type = answer.headers.get('content-type');
  return { status: answer.status, type, body: await answer.text() };
}

async function rows() {
  const found = await gateway.admin.query(
    'select provider, id, type, object_ref, handled_at from provider_event order by id',
  );
  return found.rows;
}

const refused = {
  status: 400,
  type: 'application/problem+json',
  body: '{"type":"about:blank","title":"Bad Request","status":400}',
};

describe('control 99: webhooks of the payment provider', () => {
  test('one that is signed is a row once, however often it comes, and starts its run', async () => {
    const { body, signature } = webhookOf(paid(), secret, now);
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(body, signature)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    const row = {
      provider: 'stripe',
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      object_ref: 'pi_7',
      handled_at: null,
    };
    expect(await rows()).toEqual([row]);
    expect(new Set(started)).toEqual(new Set(['stripe:evt_1']));
  });

  test('the signature is over the bytes as they came, not over what they mean', async () => {
    const { body, signature } = webhookOf(paid(), secret, now);
    expect(await post(body.replace('{', '{ '), signature)).toEqual(refused);
    expect(await post(JSON.stringify(JSON.parse(body), undefined, 1), signature)).toEqual(refused);
  });

  test('while one secret replaces another, both sign', async () => {
    const { body, signature } = webhookOf(paid('evt_2'), previous, now);
    expect(await post(body, signature)).toMatchObject({ status: 200 });
  });

  test('a charge or dispute names its intent; what names none is kept and is no concern of ours', async () => {
    const dispute = {
      id: 'evt_3',
      type: 'charge.dispute.created',
      object: { object: 'dispute', id: 'du_1', payment_intent: 'pi_9' },
    };
    const payout = { id: 'evt_4', type: 'payout.paid', object: { object: 'payout', id: 'po_1' } };
    for (const event of [dispute, payout]) {
      const { body, signature } = webhookOf(event, secret, now);
      expect(await post(body, signature)).toMatchObject({ status: 200 });
    }
    expect(await rows()).toMatchObject([{ object_ref: 'pi_9' }, { object_ref: null }]);
  });

  test.each<[string, () => readonly [string, string | undefined]]>([
    ['without a signature', () => [webhookOf(paid(), secret, now).body, undefined]],
    ['with an empty signature', () => [webhookOf(paid(), secret, now).body, '']],
    ['of a stranger', () => sent(webhookOf(paid(), 'whsec_guess', now))],
    ['altered after it was signed', () => altered(webhookOf(paid(), secret, now))],
    [
      'with the signature of another',
      () => [webhookOf(paid('evt_8'), secret, now).body, webhookOf(paid(), secret, now).signature],
    ],
    ['of 301 seconds ago', () => sent(webhookOf(paid(), secret, now - 301_000))],
    ['of an hour to come', () => sent(webhookOf(paid(), secret, now + 3_600_000))],
    ['with the time changed', () => moved(webhookOf(paid(), secret, now - 900_000))],
    [
      'of a scheme that is none',
      () => [webhookOf(paid(), secret, now).body, webhookOf(paid(), secret, now).signature.replace('v1=', 'v0=')],
    ],
    ['that is no event', () => sent(webhookOf({ ...paid(), id: 'no id!' }, secret, now))],
  ])('one %s is refused without a word, and changes nothing', async (_name, make) => {
    const [body, signature] = make();
    expect(await post(body, signature)).toEqual(refused);
    expect(await rows()).toEqual([]);
    expect(started).toEqual([]);
  });

  test('a body over the limit is refused while it is read, another method by name', async () => {
    const big = webhookOf({ ...paid(), object: { object: 'x', id: 'y', pad: 'x'.repeat(300_000) } }, secret, now);
    expect(await post(big.body, big.signature)).toMatchObject({ status: 413 });
    const answer = await fetch(`http://127.0.0.1:${gateway.port}/api/payments/stripe/webhook`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('without a secret there is no such route', async () => {
    const other = await startGateway({ clock: () => now });
    const { body, signature } = webhookOf(paid(), '', now);
    expect(await post(body, signature, other)).toMatchObject({ status: 404 });
    await other.close();
  });

  test('strangers are limited by their address', async () => {
    const { body } = webhookOf(paid(), secret, now);
    const statuses = [];
    for (let n = 0; n < 80; n += 1) statuses.push((await post(body, 't=1,v1=00')).status);
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.filter((status) => status === 400).length).toBeGreaterThan(20);
  });
});

interface Sent {
  readonly body: string;
  readonly signature: string;
}

function sent({ body, signature }: Sent): readonly [string, string] {
  return [body, signature];
}

function altered({ body, signature }: Sent): readonly [string, string] {
  return [body.replace('pi_7', 'pi_8'), signature];
}

function moved({ body, signature }: Sent): readonly [string, string] {
  return [body, signature.replace(/^t=\d+/, `t=${now / 1_000}`)];
}
