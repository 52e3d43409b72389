import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { sign } from '#client/sign';

export const scriptedKey = { keyId: 'fk_test_1', secret: 'fsk_test_secret' } as const;

/** What befalls one request: it is answered so, or accepted as the real gateway does, or its connection breaks. */
export type Fate =
  | {
      readonly status: number;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: object | string;
    }
  | 'accept'
  | 'reset'
  | 'accept, then reset'
  | 'silence';

export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly hasValidSignature: boolean;
}

export interface ScriptedGateway {
  readonly baseUrl: string;
  readonly seen: readonly Seen[];
  /** How often each idempotency key was accepted anew. */
  readonly accepted: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Plays the faults of a network and a gateway, in the order of `fates`; what comes after them is accepted. */
export async function startScriptedGateway(fates: readonly Fate[]): Promise<ScriptedGateway> {
  const seen: Seen[] = [];
  const accepted = new Map<string, number>();
  const server = createServer((request, response) => void handle(request, response));

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const body = await buffer(request);
    const fate = fates[seen.length] ?? 'accept';
    const one = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body };
    seen.push({ ...one, hasValidSignature: hasValidSignature(one) });
    if (fate === 'silence') return;
    if (fate === 'reset') request.socket.destroy();
    else if (fate === 'accept') accept(request, response);
    else if (fate === 'accept, then reset') {
      remember(String(request.headers['x-idempotency-key']));
      request.socket.destroy();
    } else answer(response, fate);
  }

  function accept(request: IncomingMessage, response: ServerResponse) {
    const key = String(request.headers['x-idempotency-key']);
    if (accepted.has(key)) response.setHeader('idempotency-replayed', 'true');
    else remember(key);
    const status = request.headers['prefer'] === undefined ? {} : { status: 'applied' };
    answer(response, { status: 200, body: { ok: true, id: 'evt_1', ...status } });
  }

  function remember(key: string) {
    accepted.set(key, (accepted.get(key) ?? 0) + 1);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${portOf(server.address())}`,
    seen,
    accepted,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, fate: Exclude<Fate, string>) {
  const {
    status,
    code,
    headers = {},
    body = code === undefined ? '' : { ok: false, code, detail: `it is ${code}`, requestId: 'r-1' },
  } = fate;
  if (headers['date'] === '') response.sendDate = false;
  for (const [name, value] of Object.entries(headers)) if (value !== '') response.setHeader(name, value);
  response.setHeader('x-request-id', 'r-1');
  response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
}

function hasValidSignature({
  method,
  target,
  headers,
  body,
}: {
  method: string;
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}) {
  const { signature } = sign({
    ...scriptedKey,
    method,
    requestTarget: target,
    timestamp: String(headers['x-timestamp']),
    nonce: String(headers['x-nonce']),
    idempotencyKey: method === 'POST' ? String(headers['x-idempotency-key']) : '',
    body,
  });
  return headers['x-signature'] === signature && headers['x-provider-keyid'] === scriptedKey.keyId;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
