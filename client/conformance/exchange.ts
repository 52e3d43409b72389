import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { parseRecord, type JsonRecord } from '../answer.ts';

/** What came back, as it stood on the wire. Header names are in lower case. */
export interface Reply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly body: JsonRecord | undefined;
}

const timeoutMs = 20_000;
const replyBytesMax = 16 * 1024 * 1024;
const pieceBytes = 32 * 1024;

/**
 * Sends bytes on a connection of their own and reads one answer. No HTTP library: each of them mends or refuses what the
 * cases want to send.
 */
export async function exchange(origin: URL, request: readonly Uint8Array[]): Promise<Reply> {
  const socket = open(origin);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs / 1_000} s`)));
      // A gateway that refuses a body closes while it is still being sent: what it said before that counts.
      socket.on('error', (error) => (parse(Buffer.concat(chunks)) ? resolve() : reject(error)));
      socket.on('close', () => resolve());
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > replyBytesMax) reject(new Error('the answer is endless'));
        else if (parse(Buffer.concat(chunks))) resolve();
      });
      void pump(socket, request, () => size > 0);
    });
  } finally {
    socket.destroy();
  }
  const reply = parse(Buffer.concat(chunks), true);
  if (!reply) throw new Error('the connection was closed without an answer');
  return reply;
}

/** In pieces, and no further once an answer begins: what is written into a closed connection destroys the answer to it. */
async function pump(socket: Socket, request: readonly Uint8Array[], isAnswered: () => boolean) {
  const bytes = Buffer.concat(request);
  for (let at = 0; at < bytes.length && !isAnswered() && !socket.destroyed; at += pieceBytes) {
    await new Promise<void>((resolve) => socket.write(bytes.subarray(at, at + pieceBytes), () => resolve()));
    // Long enough to read what came meanwhile.
    await sleep(1);
  }
}

function open({ protocol, hostname, port }: URL): Socket {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'https:')
    return connectTls({ host, port: Number(port || 443), servername: host, ALPNProtocols: ['http/1.1'] });
  return connect({ host, port: Number(port || 80) });
}

/** The answer, once it is whole. One without a length is whole when the connection has ended. */
function parse(bytes: Buffer, hasEnded = false): Reply | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.[01] ([0-9]{3})/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) return undefined;
  const rest = bytes.subarray(headEnd + 4);
  if (status < 200) return parse(rest, hasEnded);
  const headers = new Map(lines.map((line) => splitHeader(line)));
  const content = contentOf(rest, headers, hasEnded);
  if (!content) return undefined;
  const text = content.toString('utf8');
  return { status, headers, text, body: parseRecord(text) };
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function contentOf(rest: Buffer, headers: ReadonlyMap<string, string>, hasEnded: boolean): Buffer | undefined {
  if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') return unchunk(rest);
  const length = headers.get('content-length');
  if (length === undefined) return hasEnded ? rest : undefined;
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined;
}

function unchunk(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (size === 0) return Buffer.concat(chunks);
    const start = lineEnd + 2;
    if (Number.isNaN(size) || bytes.length < start + size + 2) return undefined;
    chunks.push(bytes.subarray(start, start + size));
    at = start + size + 2;
  }
}
