import { execFileSync } from 'node:child_process';
import { createHash, createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseEvent } from '#domain/events';
import { canonicalString, signedBy } from '#gateway/guards/canonical';
import { curlCommand } from '#portal/app/(provider)/provider/federation/log/curl-command';
import { signedCurl } from '#portal/app/(provider)/provider/federation/sign-curl';

const secret = `fsk_${'s'.repeat(43)}`;
const told = { gatewayUrl: 'http://127.0.0.1:4000', keyId: 'fk_dev_x', secret, tenantId: "o'brien", atMs: Date.now() };

function read(command: string) {
  const headers = new Map(
    [...command.matchAll(/-H '([a-z-]+): ([^']*)'/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const body = /--data-binary '(.*)'$/s.exec(command)?.[1]?.replaceAll(String.raw`'\''`, "'") ?? '';
  const target = /127\.0\.0\.1:4000([^']+)'/.exec(command)?.[1] ?? '';
  return { headers, body, target };
}

test.each([
  ['events', '/api/federation/events'],
  ['usage', '/api/federation/usage'],
])(
  'the first request of a key for %s is signed as the gateway wants it, and holds no secret',
  async (scope, expected) => {
    const command = await signedCurl({ ...told, scopes: [scope] });
    const { headers, body, target } = read(command);
    expect(target).toBe(expected);
    expect(command).not.toContain(secret.slice(4));
    const canonical = canonicalString(2, {
      method: 'POST',
      requestTarget: target,
      keyId: headers.get('x-provider-keyid') ?? '',
      timestamp: headers.get('x-timestamp') ?? '',
      nonce: headers.get('x-nonce') ?? '',
      bodySha256: createHash('sha256').update(body).digest('hex'),
      idempotencyKey: headers.get('x-idempotency-key') ?? '',
    });
    const key = { key: createSecretKey(Buffer.from(secret)) };
    expect(signedBy([key], canonical, headers.get('x-signature')?.replace('v2=', '') ?? '')).toBe(key);
    if (scope === 'events') expect(parseEvent(JSON.parse(body), Date.now())).toMatchObject({ ok: true });
    const again = read(await signedCurl({ ...told, scopes: [scope] }));
    expect(again.headers.get('x-nonce')).not.toBe(headers.get('x-nonce'));
  },
);

test('T34: a request that is copied as curl is one command whatever its body has, without what only its sender could sign', () => {
  const body = `{"a":"it's $(id) \\\\ \`x\`"}`;
  const headers = [
    ['Content-Type', 'application/json'],
    ['X-Provider-KeyId', 'fk_1'],
    ['X-Signature', 'v2=[redacted]'],
    ['x-nonce', 'n'],
    ['Cookie', 'a=b'],
  ] as const;
  const command = curlCommand({ row: { route: 'usage' }, request: { headers, body } }, "http://127.0.0.1:4000/o'brien");
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' }).split('\0');
  expect(words.slice(0, -1)).toEqual([
    'curl',
    '-X',
    'POST',
    "http://127.0.0.1:4000/o'brien/api/federation/usage",
    '-H',
    'Content-Type: application/json',
    '-H',
    'X-Provider-KeyId: fk_1',
    '--data-raw',
    body,
  ]);
});
