import { Redis } from 'ioredis';
import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openLedger } from './harness/ledger.ts';
import { eventRequest, type Request } from './harness/plan.ts';
import { signedHeaders } from './harness/started-request.ts';
import { useOwnServices } from './harness/use-stack.ts';

const { stack, load, loadAround } = useOwnServices('embedded');
const testTimeoutMs = 150_000;
const awayMs = 3_000;
const hangingMs = process.env['LONG'] ? 15_000 : 3_000;
const servedAgainMs = 10_000;
// What is kept of the first entry that is cut.
const keptBytes = 50;
const settledMs = 300;

function lead(tenantId: string, key: string, leadId = key): Request {
  return eventRequest(tenantId, key, { type: 'lead.created', data: { leadId, source: 'web' } }, 1);
}

async function post(request: Request, headers: Record<string, string>) {
  const url = `${stack().gateway.address}/api/federation/events`;
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(request.body) });
  const body: unknown = await response.json();
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}

test(
  'R1: Redis killed; 503 with Retry-After and nothing accepted, never open; served again when it is back',
  async ({ task }) => {
    const { redis } = stack().services;
    const running = await load();
    await running.accepted(40);
    await redis.kill();
    await sleep(awayMs / 2);
    const ledger = await openLedger(stack(), `r1-${Date.now()}`, 1);
    const [tenant] = ledger.tenants;
    const refused = lead(tenant, 'refused');
    const answer = await post(
      refused,
      signedHeaders(ledger.sender.keyOf(tenant), '/api/federation/events', 'refused', refused.body),
    );
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable', ok: false } });
    expect(answer.retryAfter).toMatch(/^[1-9][0-9]*$/);
    await sleep(awayMs / 2);
    await redis.start();
    await expect
      .poll(async () => (await ledger.send(lead(tenant, 'served'))).status, { timeout: servedAgainMs })
      .toBe(200);
    await running.finish();
    expect(running.answers.some(({ status }) => status === 503)).toBe(true);
    await ledger.settle(task.name);
  },
  testTimeoutMs,
);

test(
  'R2: Redis hangs; requests are refused in time, and nothing of them is lost or doubled',
  async () => {
    const { redis } = stack().services;
    const running = await loadAround(hangingMs);
    await running.accepted(40);
    redis.pause();
    await sleep(hangingMs);
    redis.resume();
    await running.finish();
    expect(running.answers.filter(({ status }) => status === undefined)).toEqual([]);
  },
  testTimeoutMs,
);

test(
  'R3: Redis flushed under load; a captured request gets the first id or a refusal, and is never applied again',
  async ({ task }) => {
    const { services, faults } = stack();
    const ledger = await openLedger(stack(), `r3-${Date.now()}`, 1);
    const [tenant] = ledger.tenants;
    const request = lead(tenant, 'captured');
    const headers = signedHeaders(ledger.sender.keyOf(tenant), '/api/federation/events', 'captured', request.body);
    const first = await post(request, headers);
    expect(first).toMatchObject({ status: 200 });
    expect(await post(request, headers)).toMatchObject({ status: 409, body: { code: 'nonce_replayed' } });
    const running = await load();
    const redis = new Redis(services.redisUrl);
    for (let accepted = 20; accepted <= 80; accepted += 20) {
      await running.accepted(accepted);
      await redis.flushall();
      faults.push('FLUSHALL');
    }
    redis.disconnect();
    const replayed = await post(request, headers);
    if (replayed.status === 200) expect(replayed.body).toEqual(first.body);
    else expect(replayed).toMatchObject({ status: 409 });
    const other = lead(tenant, 'captured', 'somebody-else');
    expect(
      await post(other, signedHeaders(ledger.sender.keyOf(tenant), '/api/federation/events', 'captured', other.body)),
    ).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    await running.finish();
    expect(await ledger.send(request)).toMatchObject({ status: 200, isReplay: true });
    expect(await ledger.settle(task.name)).toMatchObject({ requests: 1, applied: 1 });
  },
  testTimeoutMs,
);

test(
  'R5: Redis killed and the end of its log cut off; it starts, and what it forgot is applied no second time',
  async ({ task }) => {
    const { services, faults } = stack();
    const ledger = await openLedger(stack(), `r5-${Date.now()}`, 1);
    const [tenant] = ledger.tenants;
    const request = lead(tenant, 'last');
    const headers = signedHeaders(ledger.sender.keyOf(tenant), '/api/federation/events', 'last', request.body);
    await ledger.send(lead(tenant, 'before'));
    await sleep(settledMs);
    const folder = join(services.folder, 'redis', 'appendonlydir');
    const log = join(folder, (await readdir(folder)).find((name) => name.endsWith('.incr.aof')) ?? 'none');
    const { size } = await stat(log);
    const first = await post(request, headers);
    expect(first).toMatchObject({ status: 200 });
    await services.redis.kill();
    expect((await stat(log)).size).toBeGreaterThan(size + keptBytes);
    await truncate(log, size + keptBytes);
    faults.push('the log of redis cut off within an entry');
    await services.redis.start();
    await expect
      .poll(async () => (await ledger.send(lead(tenant, 'served'))).status, { timeout: servedAgainMs })
      .toBe(200);
    const replayed = await post(request, headers);
    if (replayed.status === 200) expect(replayed.body).toEqual(first.body);
    else expect(replayed).toMatchObject({ status: 409 });
    expect(await ledger.send(request)).toMatchObject({ status: 200, isReplay: true });
    expect(await ledger.settle(task.name)).toMatchObject({ requests: 3, applied: 3 });
  },
  testTimeoutMs,
);
