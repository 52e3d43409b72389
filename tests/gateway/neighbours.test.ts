import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { BlockList, connect, type Socket } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openFilesMax } from '#gateway/limits/open-files';
import { draft, eventsPath, headersOf, makeNonce, send, usagePath, usageRow, type Draft } from './harness/signed.ts';
import { startGateway } from './harness/test-gateway.ts';
import { rawExchange } from './harness/wire.ts';

function bytesOf(request: Draft): string {
  const fields = headersOf(request).map(([name, value]) => `${name}: ${value}`);
  const length = `content-length: ${Buffer.byteLength(request.body)}`;
  return (
    [`POST ${request.target} HTTP/1.1`, 'host: a', ...fields, length].join('\r\n') + `\r\n\r\n${String(request.body)}`
  );
}

test('a client that hangs up changes nothing: its event is accepted, and its repeat gets the answer', async () => {
  const gateway = await startGateway();
  const key = await gateway.makeKey();
  const request = draft(key);
  const socket = connect(gateway.port, '127.0.0.1', () => socket.write(bytesOf(request), () => socket.destroy()));
  socket.on('error', () => undefined);
  await sleep(500);
  expect(gateway.engine.driven).toHaveLength(1);
  const again = await send(gateway, { ...request, nonce: makeNonce() });
  expect({ id: again.body['id'], replayed: again.headers['idempotency-replayed'] }).toEqual({
    id: gateway.engine.driven[0]?.eventId,
    replayed: 'true',
  });
  await gateway.close();
});

test('control 17: a key over its rate is held, its neighbour is not, and what was refused for it may come again as it was', async () => {
  const gateway = await startGateway();
  const noisy = await gateway.makeKey({ ratePerS: 20, burst: 5 });
  const quiet = await gateway.makeKey({ ratePerS: 20, burst: 5 });
  const requests = Array.from({ length: 30 }, () => draft(noisy));
  const answers = await Promise.all(requests.map((request) => send(gateway, request)));
  const refused = answers.findIndex(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(5);
  expect(refused).toBeGreaterThanOrEqual(0);
  expect(answers[refused]?.headers).toMatchObject({
    'ratelimit-policy': '"key";q=5;w=1',
    ratelimit: expect.stringMatching(/^"key";r=0;t=1$/),
    'retry-after': '1',
  });
  expect((await send(gateway, draft(quiet))).status).toBe(200);
  await sleep(1_000);
  const sameBytes = requests[refused];
  if (!sameBytes) throw new Error('nothing was refused');
  expect((await send(gateway, sameBytes)).status).toBe(200);
  await gateway.close();
});

test('tB28: the thousand-row requests of one tenant do not keep another waiting', async () => {
  await expectNoWaiting((tenantId) => {
    const rows = Array.from({ length: 1_000 }, (_, index) => usageRow(tenantId, { id: `row-${index}-${makeNonce()}` }));
    return { target: usagePath, body: JSON.stringify(rows) };
  });
});

test('tB28: events as large and as strange as they may be keep nobody of another tenant waiting', async () => {
  const strange = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`m${index}`, 0]));
  await expectNoWaiting((tenantId) => ({ body: JSON.stringify({ ...strange, type: 'lead.created', tenantId }) }));
});

/** Told by their order: a busy machine makes all of them slow. */
async function expectNoWaiting(heavyDraft: (tenantId: string) => Partial<Draft>) {
  const gateway = await startGateway();
  const [heavy, light] = [await gateway.makeKey(), await gateway.makeKey()];
  const answered: string[] = [];
  const big = Array.from({ length: 30 }, async () => {
    await send(gateway, draft(heavy, heavyDraft(heavy.tenantId)));
    answered.push('heavy');
  });
  await sleep(20);
  const { status } = await send(gateway, draft(light));
  answered.push('light');
  await Promise.all(big);
  expect(status).toBe(200);
  expect(answered.indexOf('light')).toBeLessThan(20);
  await gateway.close();
}

test('control 17: strangers who ask for more keys than may be looked up are limited by their address, and make no line of log each', async () => {
  const gateway = await startGateway({ config: { addressRatePerS: 1, addressBurst: 600, inFlightMax: 2_000 } });
  const key = await gateway.makeKey();
  const strangers = await Promise.all(
    Array.from({ length: 700 }, async (_, index) => {
      const socket = connect(gateway.port, '127.0.0.1');
      await once(socket, 'connect');
      return { socket, bytes: bytesOf(draft({ ...key, keyId: `fk_nobody_${index}` })) };
    }),
  );
  const answered = Promise.all(strangers.map(({ socket }) => once(socket, 'data')));
  for (const { socket, bytes } of strangers) socket.write(bytes);
  await answered;
  for (const { socket } of strangers) socket.destroy();
  expect((await send(gateway, draft(key))).body['code']).toBe('rate_limited');
  expect(gateway.lines.filter((line) => line.includes('could not be looked up'))).toEqual([]);
  await gateway.close();
});

const from = (address: string) => [['x-forwarded-for', address]] as const;

/** A gateway that takes from a proxy where a request is from, and a way to begin a large body from an address and not end it. */
async function startBehindProxy() {
  const trustedProxies = new BlockList();
  trustedProxies.addAddress('127.0.0.1');
  const gateway = await startGateway({ config: { trustedProxies } });
  const key = await gateway.makeKey();
  const body = 'x'.repeat(1_000_000);
  const beginFrom = (address: string) => {
    const begun = bytesOf(draft(key, { target: usagePath, body, headers: from(address) }));
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(begun.slice(0, -1)));
    return socket.on('error', () => undefined);
  };
  return { gateway, key, beginFrom };
}

test('G6: bodies that one address begins and does not end leave room for those of others, and end with their connections', async () => {
  const { gateway, key, beginFrom } = await startBehindProxy();
  const { bodyMemory } = gateway.app.gateway;
  const sockets = Array.from({ length: 70 }, () => beginFrom('203.0.113.1'));
  await expect.poll(() => bodyMemory.held(), { timeout: 5_000 }).toBeGreaterThan(15_000_000);
  await sleep(500);
  const rows = Array.from({ length: 1_000 }, (_, index) =>
    usageRow(key.tenantId, { id: `${index}`.padStart(64, 'x') }),
  );
  const whole = draft(key, { target: usagePath, body: JSON.stringify(rows), headers: from('203.0.113.2') });
  expect((await send(gateway, whole)).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => bodyMemory.held()).toBe(0);
  expect((await send(gateway, draft(key, { headers: from('203.0.113.1') }))).status).toBe(200);
  await gateway.close();
});

test('G6: bodies that are begun and not ended from many addresses fill all memory for them, and give way to what others send whole', async () => {
  const { gateway, key, beginFrom } = await startBehindProxy();
  const { bodyMemory } = gateway.app.gateway;
  const sockets = Array.from({ length: 80 }, (_, index) => beginFrom(`203.0.113.${index % 5}`));
  await expect.poll(() => bodyMemory.held(), { timeout: 6_000 }).toBeGreaterThan(66_000_000);
  for (let count = 0; count < 5; count++)
    expect((await send(gateway, draft(key, { headers: from(`198.51.100.${count}`) }))).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => bodyMemory.held()).toBe(0);
  await gateway.close();
});

/** Both ends of 10,000 connections, of which the gateway's are soon gone. */
const filesNeeded = 15_000;
const connectionsMax = 4_000;

test.skipIf(openFilesMax() < filesNeeded)(
  'G7: of ten thousand idle connections those over the cap are refused, those within it go on, and files are left to open',
  async () => {
    const gateway = await startGateway({ config: { connectionsMax } });
    let [seen, open, most, refused] = [0, 0, 0, 0];
    gateway.server.on('connection', (socket: Socket) => {
      seen += 1;
      if (socket.destroyed) return (refused += 1);
      most = Math.max(most, (open += 1));
      return socket.on('close', () => (open -= 1));
    });
    const within = connect(gateway.port, '127.0.0.1');
    const health = 'GET /healthz HTTP/1.1\r\nhost: a\r\n';
    const answered = async () => {
      within.write(`${health}\r\n`);
      expect(String(await once(within, 'data'))).toMatch(/ 200 /);
    };
    await answered();
    const idle: Socket[] = [];
    while (idle.length < 10_000) {
      for (let count = 0; count < 250; count++)
        idle.push(connect(gateway.port, '127.0.0.1').on('error', () => undefined));
      // More than that would wait in the system for a second.
      while (seen <= idle.length) await turn();
    }
    // A busy machine takes so long for them that the first are given up as unused meanwhile.
    expect([most, refused > 1_000]).toEqual([connectionsMax, true]);
    await answered();
    await access('/proc/self/limits');
    for (const socket of [within, ...idle]) socket.destroy();
    const key = await gateway.makeKey();
    await expect.poll(() => rawExchange(gateway.port, `${health}connection: close\r\n\r\n`)).toMatch(/ 200 /);
    expect((await send(gateway, draft(key))).status).toBe(200);
    await gateway.close();
  },
  60_000,
);

test('a connection ends with its 10,000th answer, which says so, and nothing is answered behind it', async () => {
  const gateway = await startGateway();
  const text = await rawExchange(gateway.port, 'GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(10_005), 10_000);
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(new Set(statuses)).toEqual(new Set(['200']));
  expect(statuses).toHaveLength(10_000);
  expect([...text.matchAll(/connection: close/gi)]).toHaveLength(1);
  await gateway.close();
});

test('who only waits for what becomes of its event takes no place among those at work, and what is shed unread makes no line of log', async () => {
  const gateway = await startGateway({ config: { inFlightMax: 2 } });
  const key = await gateway.makeKey();
  const waiters = [];
  for (let count = 0; count < 5; count++) {
    waiters.push(send(gateway, draft(key, { headers: [['prefer', 'wait=1']] })));
    await sleep(100);
  }
  expect(gateway.app.gateway.overload.inFlight()).toBe(0);
  const lock = await gateway.admin.connect();
  await lock.query('begin; lock table event in exclusive mode');
  const waiting = Array.from({ length: 2 }, () => send(gateway, draft(key)));
  await sleep(300);
  const shed = await rawExchange(gateway.port, `POST ${eventsPath} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
  expect(shed).toMatch(/^HTTP\/1\.1 503 /);
  expect(gateway.lines.filter((line) => line.includes('"status":503'))).toEqual([]);
  await lock.query('commit');
  lock.release();
  for (const { status } of await Promise.all([...waiters, ...waiting])) expect(status).toBe(200);
  await gateway.close();
});
