import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exchange } from '#client/conformance/exchange';
import { reportOf } from '#client/conformance/report';
import { runConformance } from '#client/conformance/suite';

const key = { keyId: 'fk_test_1', secret: 'fsk_test_secret' };
const acceptance = JSON.stringify({ ok: true, id: 'evt_AAAAAAAAAAAAAAAAAAAAAAAAAAA' });

/** A runner that passes everything would prove nothing of a gateway. */
describe('the conformance runner', () => {
  test('fails a gateway that accepts everything, on every code', async () => {
    const baseUrl = await serve((response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'r' }).end(acceptance),
    );
    const results = await runConformance({ baseUrl, tenantId: 'acme', key, special: {} });
    const passed = new Set(results.filter(({ outcome }) => outcome === 'passed').map(({ code }) => code));
    expect([...passed].toSorted()).toEqual(['accepted', 'documents', 'idempotency_in_flight', 'vectors']);
    expect(
      results.filter(({ outcome }) => outcome === 'skipped').every(({ detail }) => detail?.startsWith('no key "')),
    ).toBe(true);
  }, 120_000);

  test('fails a gateway whose refusals are right in status and code only', async () => {
    const baseUrl = await serve((response) =>
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"ok":false,"code":"signature_invalid"}'),
    );
    const results = await runConformance({ baseUrl, tenantId: 'acme', key, special: {} });
    expect(results.filter(({ code, outcome }) => code !== 'vectors' && outcome === 'passed')).toEqual([]);
  }, 120_000);

  test('stops at a gateway that does not answer', async () => {
    let heard = 0;
    const baseUrl = await serve((response) => {
      heard += 1;
      response.destroy();
    });
    await expect(runConformance({ baseUrl, tenantId: 'acme', key, special: {} })).rejects.toThrow();
    expect(heard).toBeLessThan(20);
  });

  test('tells pass, fail and skip per code, and what failed', () => {
    const report = reportOf([
      { code: 'vectors', name: 'one', outcome: 'passed' },
      { code: 'json_invalid', name: 'NaN', outcome: 'failed', detail: 'answered 200 accepted instead of json_invalid' },
      { code: 'json_invalid', name: 'a comment', outcome: 'passed' },
      { code: 'key_expired', name: 'an expired key', outcome: 'skipped', detail: 'no key "expired" was given' },
    ]);
    expect(report.split('\n').map((line) => line.trimEnd())).toEqual([
      'pass  vectors                    1 of 1',
      'FAIL  json_invalid               1 of 2',
      '      failed: NaN: answered 200 accepted instead of json_invalid',
      'skip  key_expired                0 of 0, 1 skipped',
      '      skipped: an expired key: no key "expired" was given',
      '',
      '2 passed, 1 failed, 1 skipped',
    ]);
  });

  test.each([
    ['a length', ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokmore'], 'ok'],
    ['chunks', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1;x=y\r\nk\r\n', '0\r\n\r\n'], 'ok'],
    ['the end of the connection', ['HTTP/1.1 200 OK\r\n\r\no', 'k'], 'ok'],
    ['a notice before it', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'], 'ok'],
  ])('reads an answer that is delimited by %s', async (_, pieces, text) => {
    const baseUrl = await serve((response) => {
      const { socket } = response;
      for (const piece of pieces) socket?.write(piece);
      socket?.end();
    });
    expect(await exchange(new URL(baseUrl), [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')])).toMatchObject({
      status: 200,
      text,
    });
  });
});

async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  // Also what no client should send is answered, as if it were right.
  server.on('clientError', (_, socket) =>
    socket.end(
      `HTTP/1.1 200 OK\r\nx-request-id: r\r\ncontent-type: application/json\r\nContent-Length: ${acceptance.length}\r\n\r\n${acceptance}`,
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
