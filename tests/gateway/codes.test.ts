import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problems, type ProblemCode } from '#domain/errors';
import { acceptedAnswer, problemAnswer, stateAnswer } from '#gateway/documents/answer-schemas';
import { eventWorkflowId } from '#temporal/ids';
import { disableKey } from '#prisma/federation-keys';
import {
  draft,
  eventBody,
  eventsPath,
  makeIdempotencyKey,
  makeNonce,
  nowS,
  send,
  stateDraft,
  usagePath,
  usageRow,
  type Draft,
} from './harness/signed.ts';
import { publicBaseUrl, startGateway, type TestGateway } from './harness/test-gateway.ts';
import type { Answer } from './harness/wire.ts';
import type { IssuedKey, NewKey } from '#prisma/federation-keys';

let gateway: TestGateway;
let key: IssuedKey;

beforeAll(async () => {
  gateway = await startGateway();
  key = await gateway.makeKey();
});

afterAll(() => gateway.close());

type Ask = () => Promise<Answer>;

const ask = (more: Partial<Draft>) => send(gateway, draft(key, more));
const askWith = async (settings: Partial<NewKey>, more: Partial<Draft> = {}) =>
  send(gateway, draft(await gateway.makeKey(settings), more));

/** Every code of the contract's table and at least one request that gets it. */
const refusals = {
  target_invalid: [() => ask({ target: `${eventsPath}?a=b` }), () => ask({ target: '/api/federation/%65vents' })],
  header_missing: [() => ask({ without: ['x-nonce'] }), () => ask({ without: ['x-signature', 'x-timestamp'] })],
  header_invalid: [
    () => ask({ timestamp: '0x65f0a1b2' }),
    () => ask({ headers: [['x-nonce', makeNonce()]] }),
    () => ask({ idempotencyKey: 'a b' }),
  ],
  idempotency_key_required: [() => ask({ without: ['x-idempotency-key'] })],
  json_invalid: [() => ask({ body: '{"a":1,"a":2}' }), () => ask({ body: '' })],
  body_invalid: [
    () => ask({ body: eventBody(key.tenantId, 'lead.created', { leadId: 'L' }) }),
    () => ask({ target: usagePath, body: '[]' }),
  ],
  signature_invalid: [() => ask({ secret: 'fsk_wrong' }), () => ask({ keyId: 'fk_nobody' })],
  timestamp_skewed: [() => ask({ timestamp: nowS(-302) }), () => ask({ timestamp: nowS(302) })],
  key_expired: [() => askWith({ expiresAt: Date.now() - 1_000 })],
  key_disabled: [
    async () => {
      const off = await gateway.makeKey();
      await disableKey(gateway.admin, off.keyId, { changedBy: 'test' });
      return send(gateway, draft(off));
    },
  ],
  scope_denied: [() => askWith({ scopes: ['usage'] }), () => askWith({ scopes: ['events'] }, { target: usagePath })],
  tenant_mismatch: [
    () => ask({ body: eventBody('somebody-else') }),
    () => ask({ target: usagePath, body: JSON.stringify([usageRow(key.tenantId), usageRow('somebody-else')]) }),
  ],
  not_found: [() => send(gateway, stateDraft(key, 'evt_x')), () => ask({ target: '/api/federation/nothing' })],
  method_not_allowed: [() => ask({ method: 'PUT' }), () => ask({ method: 'TRACE' }), () => ask({ method: 'GET' })],
  nonce_replayed: [
    async () => {
      const nonce = makeNonce();
      await ask({ nonce });
      return ask({ nonce });
    },
  ],
  idempotency_in_flight: [
    async () => {
      const first = draft(key, { headers: [['prefer', 'wait=1']] });
      const answered = send(gateway, first);
      await pause(200);
      const second = await send(gateway, { ...first, nonce: makeNonce() });
      await answered;
      return second;
    },
  ],
  body_too_large: [
    () => ask({ body: 'x'.repeat(256 * 1024 + 1) }),
    () => ask({ target: usagePath, body: 'x'.repeat(1024 * 1024 + 1) }),
  ],
  content_type_unsupported: [
    () => ask({ without: ['content-type'] }),
    () => ask({ without: ['content-type'], headers: [['content-type', 'text/plain']] }),
    () => ask({ headers: [['content-encoding', 'gzip']] }),
  ],
  idempotency_key_reused: [
    async () => {
      const idempotencyKey = makeIdempotencyKey();
      await ask({ idempotencyKey });
      return ask({ idempotencyKey, body: eventBody(key.tenantId, 'lead.converted') });
    },
  ],
  rate_limited: [
    async () => {
      const slow = await gateway.makeKey({ ratePerS: 1, burst: 1 });
      await send(gateway, draft(slow));
      return send(gateway, draft(slow));
    },
  ],
  internal: [
    async () => {
      const { isBacklogFull } = gateway.engine;
      gateway.engine.isBacklogFull = () => {
        throw new Error('select secret from /etc/passwd at /srv');
      };
      const answer = await ask({});
      gateway.engine.isBacklogFull = isBacklogFull;
      return answer;
    },
  ],
  unavailable: [
    async () => {
      gateway.engine.isFull = true;
      const answer = await ask({});
      gateway.engine.isFull = false;
      return answer;
    },
  ],
} satisfies Record<ProblemCode, Ask[]>;

test.each(Object.entries(refusals))(
  'a request that deserves %s gets that code, its status and its words',
  async (code, asks) => {
    for (const one of asks) {
      const { status, body, headers, text } = await one();
      expect(problemAnswer.parse(JSON.parse(text))).toMatchObject({ code });
      const words = Object.entries(problems).find(([name]) => name === code)?.[1];
      expect({ status, title: body['title'] }).toEqual({ status: words?.status, title: words?.title });
      expect(body['type']).toBe(`${publicBaseUrl}/docs#${code}`);
      expect(headers['content-type']).toBe('application/problem+json');
      expect(headers['x-request-id']).toBe(body['requestId']);
      expect(headers['cache-control']).toBe('no-store');
      expect('issues' in body).toBe(code === 'body_invalid');
      if (status === 405) expect(headers.allow).toMatch(/^(POST|GET)$/);
      if (status === 429 || status === 503) expect(headers['retry-after']).toMatch(/^[1-9][0-9]*$/);
    }
  },
);

test('an accepted request gets 200 with exactly ok and id, and with a wait also its status', async () => {
  const accepted = await ask({});
  expect({ status: accepted.status, type: accepted.headers['content-type'] }).toEqual({
    status: 200,
    type: 'application/json',
  });
  expect(acceptedAnswer.parse(accepted.body)).toEqual({ ok: true, id: expect.stringMatching(/^evt_/) });
  expect(accepted.headers['x-request-id']).toMatch(/^req_/);
  for (const decision of ['applied', 'rejected'] as const) {
    gateway.engine.decision = decision;
    const waited = await ask({ headers: [['prefer', 'wait=10']] });
    expect(acceptedAnswer.parse(waited.body).status).toBe(decision);
  }
  gateway.engine.decision = undefined;
  const late = await ask({ headers: [['prefer', 'wait=1']] });
  expect(acceptedAnswer.parse(late.body).status).toBe('accepted');
});

test.each(['wait=0', 'wait=11', 'wait=', 'wait=1.5', 'respond-async', 'wait=-1', 'wait=0x1'])(
  'Prefer: %s is out of range or malformed, and ignored',
  async (prefer) => {
    expect((await ask({ headers: [['prefer', prefer]] })).body).toEqual({ ok: true, id: expect.any(String) });
  },
);

test('the state of an accepted request has exactly the members of the contract', async () => {
  const { body } = await ask({});
  const id = String(body['id']);
  const state = await send(gateway, stateDraft(key, id));
  expect(state.status).toBe(200);
  expect(stateAnswer.parse(state.body)).toEqual({
    ok: true,
    id,
    type: 'lead.created',
    status: 'accepted',
    receivedAt: expect.any(String),
    workflowId: eventWorkflowId({ tenantId: key.tenantId, eventId: id }),
  });
  const withQuery = await send(gateway, stateDraft(key, `${id}?a=b&c`));
  expect(withQuery.body).toEqual(state.body);
});

test.each([
  ['what the HTTP parser refuses', 'bad header'],
  ['more than 8 KiB of headers', `x-a: ${'b'.repeat(8_200)}`],
])('%s is header_invalid with a problem body', async (_what, field) => {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.end(`POST /api/federation/events HTTP/1.1\r\nhost: a\r\n${field}\r\n\r\n`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 400 /);
  expect(problemAnswer.parse(JSON.parse(body)).code).toBe('header_invalid');
});

function pause(ms: number) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
