import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '#client/client';
import type { TenantEvent } from '#client/events';
import { createKey, type IssuedKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { useSharedServices } from '../faults/harness/use-stack.ts';
import { runCommand } from '../support/run-command.ts';

/** The gateway holds both keys throughout, as it does while one is being retired. */
const [older, newer] = ['k1', 'k2'].map((kekId) => `${kekId}:${randomBytes(32).toString('base64url')}`);
const ring = `${newer},${older}`;
const { stack } = useSharedServices('off', { KEY_ENCRYPTION_KEYS: ring });
const tenantId = 'keys';
/** Far below the 30 s after which caches run out: the change was told. */
const toldWithinMs = 5_000;
let close: () => Promise<void>;
let make: () => Promise<IssuedKey>;
let sent = 0;

beforeAll(() => {
  const db = createPool({ url: stack().services.databaseUrl, role: 'migrator', max: 2, applicationName: 'test' });
  close = () => db.end();
  // As all keys were sealed before the newer one came.
  make = () => createKey(db, parseKeyring(older ?? ''), { tenantId, createdBy: 'test' });
});
afterAll(() => close());

test('a command changes what the running gateway takes, at once', async () => {
  const key = await make();
  expect(await codeOf(key)).toBe('accepted');
  await keys('disable', key.keyId);
  await settlesOn(key, 'key_disabled');
  await keys('enable', key.keyId);
  await settlesOn(key, 'accepted');
  await keys('delete', key.keyId);
  await settlesOn(key, 'signature_invalid');
}, 60_000);

test('a rotation leaves no gap, and one without overlap ends the secret before it', async () => {
  const first = await make();
  const second = { ...first, secret: secretIn(await keys('rotate', first.keyId, '--overlap', '1h')) };
  await settlesOn(second, 'accepted');
  expect(await codeOf(first)).toBe('accepted');
  const third = { ...first, secret: secretIn(await keys('rotate', first.keyId, '--overlap', '0s')) };
  await settlesOn(third, 'accepted');
  await settlesOn(second, 'signature_invalid');
  expect(await codeOf(first)).toBe('signature_invalid');
}, 60_000);

test('control 33: secrets are wrapped anew under load, and no request is refused for it', async () => {
  const issued = await Promise.all(Array.from({ length: 6 }, make));
  const redis = new Redis(stack().services.redisUrl);
  const codes: string[] = [];
  let isOver = false;
  const load = issued.map(async (key) => {
    while (!isOver) {
      codes.push(await codeOf(key));
      // Without it the gateway would answer from its memory and never read a secret that was wrapped anew.
      await redis.publish('federation-keys', key.keyId);
    }
  });
  const { rewrapped, kekId } = JSON.parse(await keys('rewrap'));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  isOver = true;
  await Promise.all(load);
  redis.disconnect();
  expect({ isEnough: rewrapped >= issued.length, kekId }).toEqual({ isEnough: true, kekId: 'k2' });
  expect(codes.length).toBeGreaterThan(50);
  expect(codes.filter((code) => code !== 'accepted')).toEqual([]);
  const { rows } = await stack().db.query('select distinct kek_id from federation_secret');
  expect(rows).toEqual([{ kek_id: 'k2' }]);
}, 60_000);

async function keys(...args: string[]) {
  const { databaseUrl, redisUrl } = stack().services;
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, KEY_ENCRYPTION_KEYS: ring };
  const { code, stdout, stderr } = await runCommand('prisma/keys-cli.ts', args, env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

function secretIn(text: string): string {
  return String(JSON.parse(text).secret);
}

async function codeOf({ keyId, secret }: { readonly keyId: string; readonly secret: string }): Promise<string> {
  sent += 1;
  const client = createClient({ baseUrl: stack().gateway.address, keyId, secret });
  const data = { leadId: `L-${sent}`, source: 'test' };
  const event: TenantEvent = { type: 'lead.created', tenantId, occurredAt: '2026-01-01T00:00:00Z', data };
  return client.sendEvent(event, { idempotencyKey: `k-${sent}` }).then(
    () => 'accepted',
    (error: unknown) => codeIn(error),
  );
}

function codeIn(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

async function settlesOn(key: { readonly keyId: string; readonly secret: string }, code: string) {
  await expect.poll(() => codeOf(key), { timeout: toldWithinMs, interval: 100 }).toBe(code);
}
