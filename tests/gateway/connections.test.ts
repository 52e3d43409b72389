import { once } from 'node:events';
import { BlockList, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { draft, headersOf } from './harness/signed.ts';
import { startGateway, type GatewayOptions, type TestGateway } from './harness/test-gateway.ts';

const places = 20;
const hog = '127.0.0.1';
const health = 'GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n';

let gateway: TestGateway;

afterEach(() => gateway.close());

async function start(config: GatewayOptions['config'] = {}) {
  gateway = await startGateway({ config: { connectionsMax: places, ...config } });
}

/** The first line of what it is told; empty when it is closed before. */
async function ask(socket: Socket): Promise<string> {
  socket.write(health);
  const [chunk] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
  return Buffer.isBuffer(chunk) ? chunk.toString('latin1').split('\r\n', 1).join('') : '';
}

function open(from: string): Socket {
  return connect({ port: gateway.port, host: '127.0.0.1', localAddress: from }).on('error', () => undefined);
}

/** One after the other, so that the first is the oldest. */
async function openMany(from: string, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const socket = open(from);
    expect(await ask(socket)).toMatch(/ 200 /);
    sockets.push(socket);
  }
  return sockets;
}

const isOpen = (socket: Socket) => !socket.destroyed && !socket.readableEnded;

test('G7: who holds all connections gives of its oldest to others until they have as many, and gets no more', async () => {
  await start();
  const held = await openMany(hog, places);
  expect(await ask(open(hog))).toBe('');
  const others = await openMany('127.0.0.2', places / 2);
  await expect.poll(() => held.map(isOpen)).toEqual(held.map((_, index) => index >= places / 2));
  expect(await ask(open('127.0.0.2'))).toBe('');
  expect(await ask(open(hog))).toBe('');
  expect(others.every(isOpen)).toBe(true);
  const [third] = await openMany('127.0.0.3', 1);
  expect(third && isOpen(third)).toBe(true);
  for (const socket of [...held, ...others, third]) socket?.destroy();
});

test('a connection whose whole request waits for its answer gives way to nobody', async () => {
  await start();
  const key = await gateway.makeKey();
  const request = draft(key, { headers: [['prefer', 'wait=2']] });
  const fields = headersOf(request).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `content-length: ${Buffer.byteLength(request.body)}`;
  const waiting = open(hog);
  waiting.write(
    `POST ${request.target} HTTP/1.1\r\nhost: a\r\n${fields.join('')}${length}\r\n\r\n${String(request.body)}`,
  );
  const answer = once(waiting, 'data');
  await expect.poll(() => gateway.engine.driven).toHaveLength(1);
  const idle = await openMany(hog, places - 1);
  const others = await openMany('127.0.0.2', 1);
  await expect.poll(() => idle.map(isOpen)).toEqual(idle.map((_, index) => index > 0));
  expect(String(await answer)).toMatch(/^HTTP\/1\.1 200 /);
  for (const socket of [waiting, ...idle, ...others]) socket.destroy();
});

test('idle connections have the time of the configuration, which is above that of the balancer in front', async () => {
  await start({ keepAliveTimeoutMs: 71_000 });
  expect(gateway.server).toMatchObject({ keepAliveTimeout: 71_000, headersTimeout: 6_000, requestTimeout: 8_000 });
});

test('through a trusted proxy many come: its connections give way to nobody', async () => {
  const trustedProxies = new BlockList();
  trustedProxies.addAddress('127.0.0.1');
  await start({ trustedProxies });
  const strangers = await openMany('127.0.0.2', 5);
  const proxied = await openMany('127.0.0.1', places - 1);
  await expect.poll(() => strangers.filter(isOpen)).toHaveLength(1);
  expect(await ask(open('127.0.0.3'))).toBe('');
  expect(proxied.every(isOpen)).toBe(true);
  for (const socket of [...strangers, ...proxied]) socket.destroy();
});
