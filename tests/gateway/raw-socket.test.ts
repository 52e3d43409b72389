import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssuedKey } from '#prisma/federation-keys';
import { draft, eventsPath, headersOf, makeNonce, nowS, send as sendSigned } from './harness/signed.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';
import { rawExchange } from './harness/wire.ts';

let gateway: TestGateway;
let key: IssuedKey;

beforeAll(async () => {
  gateway = await startGateway();
  key = await gateway.makeKey({ ratePerS: 10_000, burst: 10_000 });
});

afterAll(() => gateway.close());

/** The head of a request that is right in all but what is given. */
function head(more: readonly string[] = [], options: { line?: string; host?: string; body?: string } = {}): string {
  const request = draft(key, { body: options.body ?? 'x', headers: [] });
  const fields = headersOf(request).map(([name, value]) => `${name}: ${value}`);
  const host = options.host ?? 'host: gateway';
  return [options.line ?? `POST ${eventsPath} HTTP/1.1`, ...(host === '' ? [] : [host]), ...fields, ...more].join(
    '\r\n',
  );
}

const send = async (socket: ReturnType<typeof connect>, text: string | Buffer) =>
  new Promise<void>((resolve) => socket.write(text, () => resolve()));
const answersOf = (socket: ReturnType<typeof connect>) => {
  const seen = { text: '', isClosed: false };
  socket.on('data', (chunk) => (seen.text += chunk.toString('latin1')));
  socket.on('close', () => (seen.isClosed = true));
  socket.on('error', () => undefined);
  return seen;
};
const until = async (holds: () => boolean, withinMs: number) => {
  const deadline = performance.now() + withinMs;
  while (!holds() && performance.now() < deadline) await sleep(10);
  expect(holds()).toBe(true);
};

const many = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: b`);
const end = '\r\n\r\n';

/** What a server may be fooled or worn out with. Each must end in a 4xx, or in a closed connection. */
const corpus: readonly (readonly [string, () => string | Buffer])[] = [
  [
    'Content-Length and Transfer-Encoding',
    () => head(['content-length: 5', 'transfer-encoding: chunked']) + `${end}0${end}`,
  ],
  [
    'Transfer-Encoding and Content-Length',
    () => head(['transfer-encoding: chunked', 'content-length: 3']) + `${end}0${end}`,
  ],
  ['two Content-Lengths that differ', () => head(['content-length: 1', 'content-length: 2']) + `${end}x`],
  ['two Content-Lengths that agree', () => head(['content-length: 1', 'content-length: 1']) + `${end}x`],
  ['Content-Length: 1, 1', () => head(['content-length: 1, 1']) + `${end}x`],
  ['a negative Content-Length', () => head(['content-length: -1']) + `${end}x`],
  ['a Content-Length with a sign', () => head(['content-length: +1']) + `${end}x`],
  ['a Content-Length in hex', () => head(['content-length: 0x1']) + `${end}x`],
  ['a Content-Length of words', () => head(['content-length: one']) + `${end}x`],
  ['an empty Content-Length', () => head(['content-length: ']) + `${end}x`],
  ['a Content-Length beyond all numbers', () => head([`content-length: ${'9'.repeat(40)}`]) + `${end}x`],
  ['a space before the colon', () => head(['content-length : 1']) + `${end}x`],
  ['a folded header', () => head(['x-folded: a\r\n b', 'content-length: 1']) + `${end}x`],
  ['a folded Transfer-Encoding', () => head(['transfer-encoding:\r\n chunked']) + `${end}0${end}`],
  ['Transfer-Encoding: xchunked', () => head(['transfer-encoding: xchunked']) + `${end}0${end}`],
  ['Transfer-Encoding: chunked, identity', () => head(['transfer-encoding: chunked, identity']) + `${end}0${end}`],
  ['Transfer-Encoding: identity', () => head(['transfer-encoding: identity', 'content-length: 1']) + `${end}x`],
  [
    'two Transfer-Encodings',
    () => head(['transfer-encoding: chunked', 'transfer-encoding: identity']) + `${end}0${end}`,
  ],
  ['Transfer-Encoding: gzip, chunked', () => head(['transfer-encoding: gzip, chunked']) + `${end}0${end}`],
  ['a chunk size of words', () => head(['transfer-encoding: chunked']) + `${end}zz\r\nx\r\n0${end}`],
  ['a negative chunk size', () => head(['transfer-encoding: chunked']) + `${end}-1\r\nx\r\n0${end}`],
  ['a chunk size with 0x', () => head(['transfer-encoding: chunked']) + `${end}0x1\r\nx\r\n0${end}`],
  ['a chunk size beyond all numbers', () => head(['transfer-encoding: chunked']) + `${end}${'f'.repeat(30)}\r\nx`],
  ['a chunk longer than it says', () => head(['transfer-encoding: chunked']) + `${end}1\r\nxyz\r\n0${end}`],
  ['a chunk ended by a bare LF', () => head(['transfer-encoding: chunked']) + `${end}1\nx\n0\n\n`],
  [
    'a chunk extension without end',
    () => head(['transfer-encoding: chunked']) + `${end}1;${'a'.repeat(20_000)}\r\nx\r\n0${end}`,
  ],
  ['a bare LF after the request line', () => head([], { line: `POST ${eventsPath} HTTP/1.1\nx: y` }) + end],
  ['bare LFs everywhere', () => `${head().replaceAll('\r\n', '\n')}\n\n`],
  ['a bare CR in a header', () => head(['x-a: b\rc: d']) + end],
  ['NUL in a header', () => head(['x-a: b\0c']) + end],
  ['NUL in a header name', () => head(['x\0a: b']) + end],
  ['a header without a colon', () => head(['nothing']) + end],
  ['a header without a name', () => head([': b']) + end],
  ['a header name with a space', () => head(['x a: b']) + end],
  ['a header name of high bytes', () => Buffer.from(head(['xé: b']) + end, 'latin1')],
  ['no host', () => head(['content-length: 1'], { host: '' }) + `${end}x`],
  ['two hosts', () => head(['content-length: 1'], { host: 'host: a\r\nhost: b' }) + `${end}x`],
  ['two equal hosts', () => head(['content-length: 1'], { host: 'host: a\r\nHost: a' }) + `${end}x`],
  ['an empty host', () => head(['content-length: 1'], { host: 'host: ' }) + `${end}x`],
  ['a host with a path', () => head(['content-length: 1'], { host: 'host: a/b' }) + `${end}x`],
  ['a host with credentials', () => head(['content-length: 1'], { host: 'host: a@b' }) + `${end}x`],
  ['a signed header twice', () => head([`x-nonce: ${makeNonce()}`, 'content-length: 1']) + `${end}x`],
  ['a signed header twice, in another case', () => head([`X-TIMESTAMP: ${nowS()}`, 'content-length: 1']) + `${end}x`],
  ['65 headers', () => head([...many(65), 'content-length: 1']) + `${end}x`],
  ['2,000 headers', () => head([...many(2_000), 'content-length: 1']) + `${end}x`],
  ['a header of 100 KB', () => head([`x-a: ${'b'.repeat(100_000)}`]) + end],
  ['a target of 100 KB', () => head([], { line: `POST ${eventsPath}/${'a'.repeat(100_000)} HTTP/1.1` }) + end],
  ['a header name of 20 KB', () => head([`${'a'.repeat(20_000)}: b`]) + end],
  ['HTTP/0.9', () => `GET ${eventsPath}\r\n`],
  ['HTTP/2.0', () => head(['content-length: 1'], { line: `POST ${eventsPath} HTTP/2.0` }) + `${end}x`],
  ['HTTP/1.2', () => head(['content-length: 1'], { line: `POST ${eventsPath} HTTP/1.2` }) + `${end}x`],
  ['HTTP/9.9', () => head(['content-length: 1'], { line: `POST ${eventsPath} HTTP/9.9` }) + `${end}x`],
  ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  [
    'an upgrade to h2c',
    () =>
      head(['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c', 'http2-settings: AAA', 'content-length: 1']) +
      `${end}x`,
  ],
  [
    'an upgrade to a web socket',
    () => `GET /healthz/ws HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket${end}`,
  ],
  ['a method nobody knows', () => head([], { line: `FOO ${eventsPath} HTTP/1.1` }) + end],
  ['a method in lower case', () => head([], { line: `post ${eventsPath} HTTP/1.1` }) + end],
  ['CONNECT', () => `CONNECT elsewhere:443 HTTP/1.1\r\nhost: elsewhere${end}`],
  ['TRACE', () => head(['content-length: 0'], { line: `TRACE ${eventsPath} HTTP/1.1` }) + end],
  ['an expectation nobody knows', () => head(['expect: 200-maybe', 'content-length: 1']) + `${end}x`],
  ['a TLS handshake', () => Buffer.from('16030100a5010000a10303', 'hex')],
  ['a body without length or chunks', () => head() + `${end}x`],
  ['spaces in the target', () => head([], { line: `POST ${eventsPath} x HTTP/1.1` }) + end],
  ['high bytes in the target', () => Buffer.from(head([], { line: `POST ${eventsPath}é HTTP/1.1` }) + end, 'latin1')],
  ['nothing but line feeds and junk', () => `${'\r\n'.repeat(50)}junk`],
];

describe('control 11 tB5 tB15: the corpus', () => {
  test('has at least 60 cases', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60);
  });

  // Together: where nothing is answered, each waits for silence.
  test.concurrent.each(corpus)('%s ends in a 4xx or is closed', async (_name, bytes) => {
    const text = await rawExchange(gateway.port, bytes());
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
    for (const status of statuses) expect(status === 100 || (status >= 400 && status < 500)).toBe(true);
    // A refusal is answered once: a second answer would be taken for another request's.
    expect(statuses.filter((status) => status !== 100).length).toBeLessThanOrEqual(1);
    if (statuses.length > 0) expect(text).toMatch(/"code":"/);
    expect(gateway.engine.driven).toEqual([]);
  });

  test('the process is well after all of them', async () => {
    expect(await rawExchange(gateway.port, `GET /healthz HTTP/1.0${end}`)).toMatch(/^HTTP\/1\.1 200/);
    const { rows } = await gateway.admin.query('select from event');
    expect(rows).toEqual([]);
    const metrics = await rawExchange(gateway.port, `GET /metrics HTTP/1.0${end}`);
    expect(Number(/^gateway_parser_errors_total (\d+)/m.exec(metrics)?.[1])).toBeGreaterThan(20);
  });
});

describe('bodies on the wire', () => {
  test('tB16: 100 Continue is written for a request that may send its body, and not for one that is refused', async () => {
    const good = draft(key);
    const fields = headersOf(good).map(([name, value]) => `${name}: ${value}`);
    const socket = connect(gateway.port, '127.0.0.1');
    const seen = answersOf(socket);
    const length = `content-length: ${Buffer.byteLength(good.body)}`;
    await send(
      socket,
      [`POST ${eventsPath} HTTP/1.1`, 'host: a', ...fields, 'expect: 100-continue', length].join('\r\n') + end,
    );
    await until(() => seen.text.startsWith('HTTP/1.1 100 Continue'), 1_000);
    await send(socket, good.body.toString());
    await until(() => seen.text.includes('HTTP/1.1 200'), 2_000);
    socket.destroy();
    const refused = await rawExchange(gateway.port, head(['expect: 100-continue', 'content-length: 999999999']) + end);
    expect(refused).toMatch(/^HTTP\/1\.1 413 /);
    const stranger = await rawExchange(
      gateway.port,
      `POST ${eventsPath} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5${end}`,
    );
    expect(stranger).toMatch(/^HTTP\/1\.1 400 /);
    expect(stranger.toLowerCase()).toContain('connection: close');
  });

  test('tB11 tB12 control 9 G8: a chunked body over the limit is refused while it comes, the rest is not read, and memory stays flat', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const seen = answersOf(socket);
    await send(socket, head(['transfer-encoding: chunked']) + end);
    const chunk = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
    const before = process.memoryUsage().rss;
    let sent = 0;
    for (; sent < 100 * 1024 * 1024 && !seen.isClosed && socket.writable; sent += 0x10000) {
      await Promise.race([send(socket, chunk), sleep(100)]);
      if (seen.text !== '') break;
    }
    await until(() => seen.isClosed, 3_000);
    expect(seen.text).toMatch(/^HTTP\/1\.1 413 /);
    expect(seen.text.toLowerCase()).toContain('connection: close');
    expect(sent).toBeLessThan(20 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * 1024 * 1024);
    expect(gateway.app.gateway.bodyMemory.held()).toBe(0);
  });

  test('control 9: a body of exactly the limit is read, one byte more is not', async () => {
    for (const [size, status] of [
      [256 * 1024, 400],
      [256 * 1024 + 1, 413],
    ] as const) {
      const body = 'x'.repeat(size);
      const framings = [
        head([`content-length: ${size}`], { body }) + end + body,
        `${head(['transfer-encoding: chunked'], { body }) + end}${size.toString(16)}\r\n${body}\r\n0${end}`,
      ];
      for (const answer of await Promise.all(framings.map((framed) => rawExchange(gateway.port, framed))))
        expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
  });

  test('requests one behind the other on a connection are answered in their order, and a broken one takes no answer away', async () => {
    const good = draft(key);
    const fields = headersOf(good).map(([name, value]) => `${name}: ${value}`);
    const request =
      [`POST ${eventsPath} HTTP/1.1`, 'host: a', ...fields, `content-length: ${Buffer.byteLength(good.body)}`].join(
        '\r\n',
      ) +
      end +
      good.body.toString();
    const text = await rawExchange(gateway.port, `${request}GET /healthz HTTP/1.1\r\nhost: a${end}broken junk${end}`);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1]);
    expect(statuses.slice(0, 2)).toEqual(['200', '200']);
    expect(text.indexOf('evt_')).toBeLessThan(text.lastIndexOf('HTTP/1.1 200'));
  });

  test('a connection goes on after a refusal whose body was small', async () => {
    const small = `POST ${eventsPath} HTTP/1.1\r\nhost: a\r\ncontent-length: 5${end}hello`;
    const text = await rawExchange(gateway.port, `${small}GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close${end}`);
    expect([...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1])).toEqual(['400', '200']);
  });

  test('a sender that hangs up in the middle of its body leaves nothing', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    answersOf(socket);
    await send(socket, head(['content-length: 100']) + `${end}half`);
    await sleep(50);
    socket.destroy();
    await until(
      () => gateway.app.gateway.bodyMemory.held() === 0 && gateway.app.gateway.overload.inFlight() === 0,
      2_000,
    );
  });
});

describe('slow senders', () => {
  const noWaitMs = 50;

  /** Sends an event every 20 ms, until it is over; gives the longest wait for an answer in the best of all seconds. */
  async function askAsOthers(isOver: (seconds: number) => boolean): Promise<number> {
    const seconds: number[] = [];
    while (!isOver(seconds.length)) {
      const asked = [];
      for (; asked.length < 50; await sleep(20)) {
        const started = performance.now();
        asked.push(sendSigned(gateway, draft(key)).then(({ status }) => ({ status, ms: performance.now() - started })));
      }
      const answers = await Promise.all(asked);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      seconds.push(Math.max(...answers.map(({ ms }) => ms)));
    }
    return Math.min(...seconds);
  }

  /** Sends a text and then a byte a second; gives what is said to that, and how long it lasts. */
  async function drip(text: string, byte = 'x') {
    const socket = connect(gateway.port, '127.0.0.1');
    const [seen, started] = [answersOf(socket), performance.now()];
    const timer = setInterval(() => socket.write(byte), 1_000);
    socket.write(text);
    await once(socket, 'close');
    clearInterval(timer);
    return { said: seen.text, ms: performance.now() - started };
  }

  test('tB17 tB18 control 18 G6: two hundred heads and bodies that come by a byte a second, and what does not go on, are cut off within 10 s, and others wait no longer for it', async () => {
    const usual = await askAsOthers((seconds) => seconds === 2);
    let isOver = false;
    const slow = Array.from({ length: 100 }, () => [
      drip(`POST ${eventsPath} HTTP/1.1\r\nhost: a\r\nx-a: `),
      drip(head(['content-length: 1000']) + end),
    ]);
    const silent = [drip('', ''), drip(head(['transfer-encoding: chunked']) + `${end}5\r\nhe`, '')];
    const cutOff = Promise.all([...slow.flat(), ...silent]).finally(() => (isOver = true));
    const meanwhile = await askAsOthers(() => isOver);
    for (const { said, ms } of await cutOff) expect([said, ms < 10_000]).toEqual(['', true]);
    expect(meanwhile).toBeLessThan(Math.max(2 * usual, noWaitMs));
    await until(() => gateway.app.gateway.bodyMemory.held() === 0, 1_000);
  }, 30_000);
});
