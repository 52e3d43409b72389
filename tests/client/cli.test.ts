import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sign } from '#client/sign';
import { runCommand } from '../support/run-command.ts';
import { scriptedKey, startScriptedGateway, type Fate } from './scripted-gateway.ts';

const body = ' {"type":"lead.created"}\r\n';
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-client-'));
  file = join(folder, 'event.json');
  await writeFile(file, body);
  await writeFile(join(folder, 'secret'), `${scriptedKey.secret}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

describe('the command of the client', () => {
  test('sends a file as it is, and prints what became of it as JSON and nothing else', async () => {
    const { gateway, client } = await setUp([]);
    const { code, stdout, stderr } = await client(['send', file, '--idempotency-key', 'k-1', '--wait', '5']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      id: 'evt_1',
      status: 'applied',
      isReplay: false,
      requestId: 'r-1',
      attempts: 1,
      idempotencyKey: 'k-1',
    });
    expect(gateway.seen).toMatchObject([
      { target: '/api/federation/events', hasValidSignature: true, headers: { prefer: 'wait=5' } },
    ]);
    expect(gateway.seen[0]?.body.toString()).toBe(body);
  });

  test('sends standard input, and the same bytes twice under one idempotency key', async () => {
    const { gateway, client } = await setUp([]);
    const first = await client(['usage'], { input: body });
    const second = await client(['usage', '-'], { input: body });
    expect(JSON.parse(first.stdout)).toMatchObject({
      ok: true,
      isReplay: false,
      idempotencyKey: expect.stringMatching(/^cli-[0-9a-f]{64}$/),
    });
    expect(JSON.parse(second.stdout)).toMatchObject({ ok: true, isReplay: true });
    expect(gateway.seen.map(({ target }) => target)).toEqual(['/api/federation/usage', '/api/federation/usage']);
    expect([...gateway.accepted.values()]).toEqual([1]);
  });

  test('takes the address, the key and the secret from options and files', async () => {
    const { gateway } = await setUp([]);
    const args = [
      'send',
      file,
      '--url',
      gateway.baseUrl,
      '--key-id',
      scriptedKey.keyId,
      '--secret-file',
      join(folder, 'secret'),
    ];
    expect(await runCommand('client/main.ts', args, {})).toMatchObject({ code: 0 });
    expect(gateway.seen).toMatchObject([{ hasValidSignature: true }]);
  });

  test('shows the state of a request', async () => {
    const state = {
      id: 'evt_1',
      type: 'lead.created',
      status: 'applied',
      receivedAt: 'r',
      appliedAt: 'a',
      workflowId: 'w',
    };
    const { client } = await setUp([{ status: 200, body: { ok: true, ...state } }]);
    expect(JSON.parse((await client(['state', 'evt_1'])).stdout)).toEqual(state);
  });

  test('signs without sending', async () => {
    const { client } = await setUp([]);
    const fixed = ['--idempotency-key', 'k-1', '--timestamp', '1767225600', '--nonce', 'n-0000000000000001'];
    const shown = JSON.parse((await client(['sign', file, ...fixed])).stdout);
    const { signature, canonical, bodySha256 } = sign({
      ...scriptedKey,
      method: 'POST',
      requestTarget: '/api/federation/events',
      timestamp: 1_767_225_600,
      nonce: 'n-0000000000000001',
      idempotencyKey: 'k-1',
      body,
    });
    expect(shown).toMatchObject({
      canonical,
      bodySha256,
      headers: { 'x-signature': signature, 'x-idempotency-key': 'k-1' },
    });
    const get = JSON.parse(
      (await client(['sign', '--method', 'GET', '--target', '/api/federation/events/evt_1', '--v1'])).stdout,
    );
    expect(get).toMatchObject({ method: 'GET', headers: { 'x-signature': expect.stringMatching(/^v1=/) } });
    expect(get.headers).not.toHaveProperty('x-idempotency-key');
  });

  test('prints a refusal as JSON, says it in one line on stderr, and exits 1', async () => {
    const issues = [{ path: 'data', message: 'Needed' }];
    const { client } = await setUp([
      { status: 400, body: { ok: false, code: 'body_invalid', detail: 'See issues.', issues } },
    ]);
    const { code, stdout, stderr } = await client(['send', file]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      status: 400,
      code: 'body_invalid',
      issues,
      isOutcomeUnknown: false,
    });
    expect(stderr).toBe('client: body_invalid: See issues.\n');
  });

  test('exits 3 where nobody knows what became of a request', async () => {
    const { client } = await setUp(['reset', 'reset', 'accept, then reset']);
    const { code, stdout, stderr } = await client(['send', file]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, attempts: 3, isOutcomeUnknown: true });
    expect(stderr).toMatch(/^client: no answer after 3 attempts \(.+\)\n$/);
  });

  test.each([
    ['no command', []],
    ['an unknown command', ['post']],
    ['an unknown option', ['send', '--secret', 'fsk_x']],
    ['an argument too many', ['send', 'a', 'b']],
    ['a state of nothing', ['state']],
    ['a wait over its bound', ['send', 'package.json', '--wait', '11']],
    ['an idempotency key that is none', ['send', 'package.json', '--idempotency-key', 'two words']],
    ['conformance without a tenant', ['conformance']],
    ['an address that is none', ['send', 'package.json', '--url', 'gateway']],
  ])('says how it is used, exits 2 and sends nothing for %s', async (_, args) => {
    const env = {
      TRIBUTARY_URL: 'http://127.0.0.1:1',
      TRIBUTARY_KEY_ID: scriptedKey.keyId,
      TRIBUTARY_SECRET: scriptedKey.secret,
    };
    const { code, stdout, stderr } = await runCommand('client/main.ts', args, env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^client: .+\nusage: /);
  });

  test('needs a key and its secret', async () => {
    const { client } = await setUp([]);
    for (const name of ['TRIBUTARY_KEY_ID', 'TRIBUTARY_SECRET', 'TRIBUTARY_URL']) {
      expect(await client(['send', file], {}, { [name]: '' })).toMatchObject({ code: 2, stdout: '' });
    }
  });

  test('says which file it cannot read', async () => {
    const { client } = await setUp([]);
    expect(await client(['send', join(folder, 'absent.json')])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('absent.json'),
    });
  });
});

async function setUp(fates: readonly Fate[]) {
  const gateway = await startScriptedGateway(fates);
  onTestFinished(() => gateway.close());
  const env = {
    TRIBUTARY_URL: gateway.baseUrl,
    TRIBUTARY_KEY_ID: scriptedKey.keyId,
    TRIBUTARY_SECRET: scriptedKey.secret,
  };
  return {
    gateway,
    client: (
      args: readonly string[],
      options: { input?: string } = {},
      changes: Readonly<Record<string, string>> = {},
    ) => runCommand('client/main.ts', args, { ...env, ...changes }, options),
  };
}
