import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { problems } from '#domain/errors';
import { eventTypes } from '#domain/event-types';
import { curlExamples } from '#gateway/documents/curl-examples';
import { exampleEvents, exampleTenant, exampleUsage } from '#gateway/documents/examples';
import type { IssuedKey } from '#prisma/federation-keys';
import { draft, send, usagePath } from './harness/signed.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';

let gateway: TestGateway;
let key: IssuedKey;
let url: string;

beforeAll(async () => {
  gateway = await startGateway();
  key = await gateway.makeKey();
  url = `http://127.0.0.1:${gateway.port}`;
});

afterAll(() => gateway.close());

const run = promisify(execFile);
const read = async (path: string) => {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

describe('/docs', () => {
  test('has an anchor per code, where the type of a problem leads', async () => {
    const { text } = await read('/docs');
    for (const code of Object.keys(problems)) expect(text).toContain(`id="${code}"`);
  });

  test('works offline: nothing in it comes from another origin, nor may', async () => {
    const { text, headers } = await read('/docs');
    const references = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) expect(reference).toMatch(/^(\/|#|data:,$)/);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    for (const asset of references.filter((reference) => reference.startsWith('/docs/assets/'))) {
      expect((await read(asset)).status).toBe(200);
    }
  });

  test('control 98: no other file can be had through its assets', async () => {
    for (const name of [
      '..%2f..%2fpackage.json',
      '%2e%2e%2fdocs-page.ts',
      'swagger-ui-bundle.js.map',
      '__proto__',
      'constructor',
      'index.html',
    ]) {
      expect((await read(`/docs/assets/${name}`)).status).toBe(404);
    }
    for (const path of ['/.git/config', '/package.json', '/gateway/main.ts', '/health/deep', '/docs/']) {
      expect((await read(path)).status).toBe(404);
    }
  });

  test('each command signs itself and works when it is pasted', async () => {
    const { body } = await send(gateway, draft(key));
    for (const { command } of curlExamples(url)) {
      const pasted = command
        .replaceAll('YOUR_KEY_ID', key.keyId)
        .replaceAll('YOUR_SECRET', key.secret)
        .replaceAll('YOUR_TENANT', key.tenantId)
        .replaceAll('THE_ID', String(body['id']));
      const { stdout } = await run('bash', ['-c', pasted]);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true });
    }
  });
});

describe('/openapi.json', () => {
  test('describes the three routes, and the examples it gives are taken', async () => {
    const { text } = await read('/openapi.json');
    const document = JSON.parse(text);
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/api/federation/events',
      '/api/federation/usage',
      '/api/federation/events/{id}',
    ]);
    expect(exampleEvents.map(({ type }) => type)).toEqual(Object.keys(eventTypes));
    for (const { event } of exampleEvents) {
      const body = JSON.stringify({ ...event, tenantId: key.tenantId });
      expect((await send(gateway, draft(key, { body }))).status).toBe(200);
    }
    const usage = JSON.stringify(exampleUsage).replaceAll(exampleTenant, key.tenantId);
    expect((await send(gateway, draft(key, { target: usagePath, body: usage }))).status).toBe(200);
  });

  test('names every code of the contract with its status', async () => {
    const document = JSON.parse((await read('/openapi.json')).text);
    const told = new Map<string, number>();
    for (const path of Object.values<Record<string, { responses: Record<string, { description: string }> }>>(
      document.paths,
    )) {
      for (const { responses } of Object.values(path)) {
        for (const [status, { description }] of Object.entries(responses)) {
          if (status !== '200') for (const code of description.split(', ')) told.set(code, Number(status));
        }
      }
    }
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(Object.entries(problems).map(([code, { status }]) => [code, status])),
    );
  });
});

test('docs/errors.md has a row per code, with its status', async () => {
  const text = await readFile('docs/errors.md', 'utf8');
  for (const [code, { status }] of Object.entries(problems)) expect(text).toContain(`| ${status} | \`${code}\` |`);
});

test('control 97: what nobody signs names no tenant, key, version, host or secret', async () => {
  await send(gateway, draft(key));
  const canaries = [
    key.tenantId,
    key.keyId,
    key.secret,
    process.version,
    process.versions.v8,
    'postgres://',
    'redis://',
    '127.0.0.1',
    'swagger-ui-dist',
    'hono',
  ];
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs']) {
    const { status, text, headers } = await read(path);
    expect(status).toBe(200);
    for (const canary of canaries) expect(text.includes(canary), `${path} names ${canary}`).toBe(false);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^req_/);
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

describe('health', () => {
  test('says what is up, and does not fail for Temporal', async () => {
    expect(JSON.parse((await read('/healthz')).text)).toEqual({ ok: true });
    const { status, text } = await read('/readyz');
    expect({ status, body: JSON.parse(text) }).toEqual({
      status: 200,
      body: {
        ok: true,
        process: 'running',
        postgres: 'up',
        schema: 'current',
        keyring: 'loaded',
        redis: 'up',
        engine: 'away',
      },
    });
  });

  test('V5 V4: a gateway is not ready before the newest migration of its release, and is before and after those of others', async () => {
    const schema = async () => z.object({ schema: z.string() }).parse(JSON.parse((await read('/readyz')).text)).schema;
    const note = (sql: string) => gateway.admin.query(sql);
    await note(
      "insert into _prisma_migrations (id, checksum, migration_name, finished_at) values ('n', '', '9999_of_a_release_to_come', now())",
    );
    await expect.poll(schema).toBe('current');
    await note("update _prisma_migrations set rolled_back_at = now() where migration_name = '0050_listed_amounts'");
    await expect.poll(schema).toBe('behind');
    expect((await read('/readyz')).status).toBe(503);
    await note('update _prisma_migrations set rolled_back_at = null');
    await expect.poll(schema).toBe('current');
    await note('revoke select on _prisma_migrations from tributary_gateway');
    await expect.poll(schema).toBe('behind');
    await note('grant select on _prisma_migrations to tributary_gateway');
    await expect.poll(schema).toBe('current');
  });

  test('counts answers by route and code, and tells where their time goes', async () => {
    await send(gateway, draft(key, { body: '{}' }));
    const { text } = await read('/metrics');
    expect(text).toMatch(/gateway_answers_total\{route="events",code="body_invalid"\} [1-9]/);
    expect(text).toMatch(/gateway_answers_total\{route="events",code="accepted"\} [1-9]/);
    for (const stage of ['body', 'admit', 'commit'])
      expect(text).toMatch(new RegExp(`gateway_stage_seconds_count\\{stage="${stage}"\\} [1-9]`));
    expect(text).toMatch(/gateway_answer_seconds_bucket\{le="0.1",route="events"\} [1-9]/);
  });
});
