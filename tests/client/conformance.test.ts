import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '#client/client';
import type { ProbeOptions } from '#client/conformance/probe';
import { problemStatus } from '#client/conformance/problems';
import { runConformance } from '#client/conformance/suite';
import type { TenantEvent } from '#client/events';
import { eventTypes } from '#domain/event-types';
import { createKey, disableKey, rotateKey, type NewKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { useSharedServices } from '../faults/harness/use-stack.ts';
import { expectInvariants } from '../support/invariants.ts';
import { runCommand } from '../support/run-command.ts';

const { stack } = useSharedServices('embedded');
const tenantId = 'conformance';
const change = { changedBy: 'test' };
let options: ProbeOptions;
let close: () => Promise<void>;

beforeAll(async () => {
  const { services, keyring, gateway } = stack();
  const db = createPool({ url: services.databaseUrl, role: 'migrator', max: 2, applicationName: 'test' });
  close = () => db.end();
  const ring = parseKeyring(keyring);
  const make = (key: Partial<NewKey> = {}) => createKey(db, ring, { tenantId, createdBy: 'test', ...key });
  const [key, disabled, expired] = [await make(), await make(), await make({ expiresAt: Date.now() - 1_000 })];
  const [eventsOnly, refusesV1] = [await make({ scopes: ['events'] }), await make({ refusesV1: true })];
  const [limited, rotated] = [await make({ ratePerS: 1, burst: 3 }), await make()];
  await disableKey(db, disabled.keyId, change);
  const { secret } = await rotateKey(db, ring, rotated.keyId, change);
  options = {
    baseUrl: gateway.address,
    tenantId,
    key,
    special: {
      disabled,
      expired,
      eventsOnly,
      refusesV1,
      limited,
      rotated: { ...rotated, secret, previousSecret: rotated.secret },
    },
  };
});
afterAll(() => close());

test('the gateway keeps every promise of the contract that a tenant can see', async () => {
  const results = await runConformance(options);
  expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  const named = new Set<string>(results.map(({ code }) => code));
  // The other two need a store that is away: tests of faults.
  expect(Object.keys(problemStatus).filter((code) => !named.has(code))).toEqual(['internal', 'unavailable']);
}, 180_000);

test('the client sends the example of every type of event, each is applied or rejected, and a repeat changes nothing', async () => {
  const client = createClient({ ...options.key, baseUrl: options.baseUrl });
  const examples = Object.entries(eventTypes).map(([type, { example }], index) => {
    const event = { type, tenantId, occurredAt: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(), data: example };
    return { type, bytes: Buffer.from(JSON.stringify(event)) };
  });
  for (const { type, bytes } of examples) {
    const first = await client.sendEvent(bytes, { idempotencyKey: `example-${type}`, waitS: 10 });
    const repeat = await client.sendEvent(bytes, { idempotencyKey: `example-${type}` });
    expect({ type, id: repeat.id, isReplay: repeat.isReplay }).toEqual({ type, id: first.id, isReplay: true });
    expect(await client.state(first.id)).toMatchObject({ id: first.id, type, status: first.status });
    expect(['applied', 'rejected']).toContain(first.status);
  }
});

test('the client reads a state that is rejected, and the issues of a refusal', async () => {
  const client = createClient({ ...options.key, baseUrl: options.baseUrl });
  const refund: TenantEvent = {
    type: 'invoice.refunded',
    tenantId,
    occurredAt: '2026-01-01T00:00:00Z',
    data: { invoiceId: 'unpaid', refundId: 'R', amountMinor: 1, currency: 'EUR' },
  };
  const { id, status } = await client.sendEvent(refund, { idempotencyKey: 'refund', waitS: 10 });
  expect(status).toBe('rejected');
  expect(await client.state(id)).toMatchObject({ status: 'rejected', rejection: expect.anything() });
  const wrong = client.sendUsage([{ tenantId, meter: 'M', quantity: -1, windowStart: 'x', windowEnd: 'y' }], {
    idempotencyKey: 'wrong',
  });
  await expect(wrong).rejects.toMatchObject({
    code: 'body_invalid',
    issues: expect.arrayContaining([expect.objectContaining({ path: expect.any(String) })]),
  });
});

test('the command runs the cases as a tenant would, and says in its last line how many passed', async () => {
  const env = {
    TRIBUTARY_URL: options.baseUrl,
    TRIBUTARY_KEY_ID: options.key.keyId,
    TRIBUTARY_SECRET: options.key.secret,
  };
  const { code, stdout } = await runCommand('client/main.ts', ['conformance', '--tenant', tenantId], env);
  expect(stdout.split('\n').filter((line) => line.includes('failed: '))).toEqual([]);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^[0-9]{3} passed, 0 failed, [0-9]+ skipped$/);
  expect(code).toBe(0);
}, 180_000);

test('all that was sent left the books whole, and no secret in a log', async () => {
  const { db, services } = stack();
  await expectInvariants(db);
  const logs = await Promise.all(
    ['gateway.log', 'worker.log'].map((name) => readFile(`${services.folder}/${name}`, 'utf8')),
  );
  for (const { secret } of [options.key, ...Object.values(options.special)])
    expect(logs.join('')).not.toContain(secret.slice(4));
});
