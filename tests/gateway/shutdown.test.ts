import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { stopServing } from '#gateway/shutdown';
import { draft, eventsPath, headersOf, send } from './harness/signed.ts';
import { startGateway } from './harness/test-gateway.ts';

test('tB19: a stop answers what is under way, tells waiters accepted, says Connection: close, and ends', async () => {
  const gateway = await startGateway();
  const key = await gateway.makeKey();
  const waiting = send(gateway, draft(key, { headers: [['prefer', 'wait=10']] }));
  const idle = connect(gateway.port, '127.0.0.1');
  idle.on('error', () => undefined);
  const isIdleClosed = new Promise((resolve) => idle.on('close', resolve));
  const late = connect(gateway.port, '127.0.0.1');
  let text = '';
  late.on('data', (chunk) => (text += chunk.toString('latin1')));
  const isLateClosed = new Promise((resolve) => late.on('close', resolve));
  const request = draft(key);
  const fields = headersOf(request).map(([name, value]) => `${name}: ${value}`);
  const head = [`POST ${eventsPath} HTTP/1.1`, 'host: a', ...fields, `content-length: ${request.body.length}`].join(
    '\r\n',
  );
  await new Promise<void>((resolve) =>
    late.write(`${head}\r\n\r\n${String(request.body).slice(0, 10)}`, () => resolve()),
  );
  await sleep(300);

  const started = performance.now();
  const stopped = stopServing(gateway.server, gateway.app, 0);
  await sleep(100);
  late.write(request.body.slice(10));
  const answer = await waiting;
  expect(answer.body).toMatchObject({ ok: true, status: 'accepted' });
  expect(answer.headers.connection).toBe('close');
  await isLateClosed;
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  expect(text.toLowerCase()).toContain('connection: close');
  await isIdleClosed;
  await stopped;
  expect(performance.now() - started).toBeLessThan(3_000);
  const { rows } = await gateway.admin.query('select from event');
  expect(rows).toHaveLength(2);
  await gateway.close();
});

test('while it stops it is not ready, and still takes what a balancer sends', async () => {
  const gateway = await startGateway();
  const key = await gateway.makeKey();
  const stopped = stopServing(gateway.server, gateway.app, 500);
  const ready = await fetch(`http://127.0.0.1:${gateway.port}/readyz`);
  expect({ status: ready.status, body: await ready.json() }).toMatchObject({
    status: 503,
    body: { ok: false, process: 'stopping' },
  });
  const { status, headers } = await send(gateway, draft(key));
  expect({ status, connection: headers.connection }).toEqual({ status: 200, connection: 'close' });
  await stopped;
  await gateway.close();
});

test('who does not end is cut off after 8 s, and what was committed stays', async () => {
  const gateway = await startGateway();
  const stuck = connect(gateway.port, '127.0.0.1');
  stuck.on('error', () => undefined);
  stuck.write(`POST ${eventsPath} HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf`);
  const timer = setInterval(() => stuck.write('x'), 1_000);
  await sleep(100);
  const started = performance.now();
  await stopServing(gateway.server, gateway.app, 0);
  clearInterval(timer);
  expect(performance.now() - started).toBeLessThan(9_500);
  await gateway.close();
}, 20_000);
