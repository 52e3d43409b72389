import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Env, Handler } from '#gateway/context';
import { guardsOf } from '#gateway/guards/guarded';
import { withAuditLog } from '#gateway/guards/with-audit-log';
import { withHmacAuth } from '#gateway/guards/with-hmac-auth';
import { withIdempotencyRequired } from '#gateway/guards/with-idempotency-required';
import { withRateLimit } from '#gateway/guards/with-rate-limit';
import { eventsRoute } from '#gateway/routes/events';
import { ingestionRoute, requireOnlyGuarded, signedRead } from '#gateway/routes/federation-route';
import { usageRoute } from '#gateway/routes/usage';
import { exchange } from './harness/wire.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(() => gateway.close());

const bare: Handler = () => Promise.resolve(new Response('reached'));
const post = { name: 'events', path: '/api/federation/x', scopes: ['events'], bodyBytesMax: 1 } as const;

describe('no POST under the federation is outside of the guards', () => {
  test.each([
    ['gateway/routes/events.ts', eventsRoute],
    ['gateway/routes/usage.ts', usageRoute],
  ])('%s composes them literally, in their order', async (file, route) => {
    const code = await readFile(file, 'utf8');
    expect(code).toMatch(/withRateLimit\(withIdempotencyRequired\(withHmacAuth\(withAuditLog\(\w+\)\)\)\)/);
    expect(guardsOf(route.handler)).toEqual(['rate-limit', 'idempotency', 'hmac', 'audit-log']);
  });

  test.each<[string, Handler]>([
    ['no guard at all', bare],
    ['idempotency without an authenticator', withRateLimit(withIdempotencyRequired(withAuditLog(bare)))],
    ['another order', withIdempotencyRequired(withRateLimit(withHmacAuth(withAuditLog(bare))))],
    ['no limit', withIdempotencyRequired(withHmacAuth(withAuditLog(bare)))],
    ['no audit', withRateLimit(withIdempotencyRequired(withHmacAuth(bare)))],
    ['one of them twice', withRateLimit(withRateLimit(withIdempotencyRequired(withHmacAuth(withAuditLog(bare)))))],
  ])('a route with %s does not boot', (_name, handler) => {
    expect(() => ingestionRoute(post, handler)).toThrow('must stand inside');
  });

  test('a signed read without its authenticator does not boot', () => {
    const read = { name: 'event-state', path: '/api/federation/y', scopes: ['events'], isTarget: () => true } as const;
    expect(() => signedRead(read, withRateLimit(bare))).toThrow('must stand inside');
  });

  test.each<[string, (app: Hono<Env>) => unknown]>([
    ['a POST beside the factory', (app) => app.post('/api/federation/other', (c) => c.text('x'))],
    ['any method beside the factory', (app) => app.all('/api/federation/other', (c) => c.text('x'))],
    ['a wildcard', (app) => app.post('/api/*', (c) => c.text('x'))],
    ['a wildcard at the root', (app) => app.use((_c, next) => next())],
    ['a parameter at the root', (app) => app.post('/:a/federation/events', (c) => c.text('x'))],
  ])('%s is found at boot', (_name, add) => {
    const app = new Hono<Env>();
    requireOnlyGuarded(app);
    add(app);
    expect(() => requireOnlyGuarded(app)).toThrow('is not guarded');
  });

  test('the route table of the gateway has federation routes only from the factory', () => {
    const { hono } = gateway.app;
    expect(() => requireOnlyGuarded(hono)).not.toThrow();
    const paths = hono.routes
      .filter(({ path }) => path.startsWith('/api'))
      .map(({ method, path }) => `${method} ${path}`);
    expect(paths).toEqual([
      'ALL /api/federation/events',
      'ALL /api/federation/usage',
      'ALL /api/federation/events/:id',
      'ALL /api/payments/stripe/webhook',
    ]);
  });

  test('an unsigned POST reaches no handler on any route', async () => {
    for (const { path } of gateway.app.hono.routes) {
      const target = path.replace(':id', 'evt_x').replace(':name', 'docs.js');
      const answer = await exchange(gateway.port, { method: 'POST', target, headers: [], body: '{}' });
      expect([400, 404, 405]).toContain(answer.status);
    }
  });
});

describe('control 14 tB4: methods', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'GET'])(
    '%s on a POST route is 405',
    async (method) => {
      const answer = await exchange(gateway.port, { method, target: '/api/federation/events', headers: [], body: '' });
      expect({ status: answer.status, allow: answer.headers.allow }).toEqual({ status: 405, allow: 'POST' });
    },
  );

  test.each(['POST', 'PUT', 'HEAD', 'TRACE', 'DELETE'])('%s on the state of an event is 405', async (method) => {
    const answer = await exchange(gateway.port, {
      method,
      target: '/api/federation/events/evt_x',
      headers: [],
      body: '',
    });
    expect({ status: answer.status, allow: answer.headers.allow }).toEqual({ status: 405, allow: 'GET' });
  });

  test.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs'])(
    '%s takes GET and HEAD only',
    async (target) => {
      for (const [method, status] of [
        ['GET', 200],
        ['HEAD', 200],
        ['POST', 405],
        ['TRACE', 405],
      ] as const) {
        const answer = await exchange(gateway.port, { method, target, headers: [], body: '' });
        expect(answer.status).toBe(status);
        expect(answer.headers['x-request-id']).toMatch(/^req_/);
      }
    },
  );
});

describe('tB1 tB2 tB3: spellings of a path', () => {
  test.each([
    ['/api/federation/events/', 404],
    ['/api//federation/events', 404],
    ['//api/federation/events', 404],
    ['/API/federation/events', 404],
    ['/api/federation/Events', 404],
    ['/api/federation/events?', 400],
    ['/api/federation/events?a=b', 400],
    ['/api/federation/events#x', 400],
    ['/api/federation/./events', 400],
    ['/api/x/../federation/events', 400],
    ['/api/federation/%65vents', 400],
    ['/api/federation/events%3Fa', 404],
    ['/api/federation/events%00', 404],
    ['/api/federation/events%2f', 404],
    ['http://127.0.0.1/api/federation/events', 400],
    ['http://elsewhere/api/federation/events', 400],
    ['/api\\federation\\events', 400],
    ['/api/federation/events;a=b', 404],
    ['*', 400],
    ['/api/federation/events/evt_x/../evt_y', 405],
  ])('POST %s is %d', async (target, status) => {
    const answer = await exchange(gateway.port, { method: 'POST', target, headers: [], body: '' });
    expect(answer.status).toBe(status);
    expect(answer.body['ok']).toBe(false);
  });

  test.each([
    ['/api/federation/events/evt_x/', 404],
    ['/api/federation/events/%65vt_x', 400],
    ['/api/federation/events/evt_x%2fy', 400],
    ['/api/federation/events/./evt_x', 400],
    ['/api/federation/events/evt_x#y', 400],
    ['http://127.0.0.1/api/federation/events/evt_x', 400],
  ])('GET %s is %d', async (target, status) => {
    const answer = await exchange(gateway.port, { method: 'GET', target, headers: [], body: '' });
    expect(answer.status).toBe(status);
  });
});
