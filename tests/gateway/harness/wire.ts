import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { z } from 'zod';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The members of a JSON body; empty when there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Exchange {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Buffer;
}

const members = z.record(z.string(), z.unknown());

/** One request on a connection of its own, target and headers exactly as given. */
export function exchange(port: number, { method, target, headers, body }: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const hasLength = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
    const length: [string, string][] =
      hasLength || (method === 'GET' && body.length === 0) ? [] : [['content-length', String(Buffer.byteLength(body))]];
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path: target,
      agent: false,
      headers: [['host', `127.0.0.1:${port}`], ...headers, ...length].flat(),
    });
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: membersOf(text) });
      });
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Writes bytes as they are and gives back all that comes until the other side closes, or `silenceMs` of silence. */
export function rawExchange(port: number, bytes: string | Buffer, silenceMs = 1_500): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const timer = setTimeout(() => socket.destroy(), silenceMs);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      timer.refresh();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
    socket.on('connect', () => socket.write(bytes));
  });
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return members.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
