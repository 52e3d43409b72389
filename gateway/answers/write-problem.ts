import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { problems, type ProblemCode } from '#domain/errors';
import type { Gateway } from '../gateway.ts';

const lingerMs = 250;
const reasons: Readonly<Record<number, string>> = { 400: 'Bad Request', 404: 'Not Found' };

/** A refusal before any route is reached; the connection ends with it. */
export function writeProblem({ nextRequestId, problems: words }: Gateway, outgoing: ServerResponse, code: ProblemCode) {
  const id = nextRequestId();
  const body = words.body(code, id);
  outgoing.writeHead(problems[code].status, { ...headersOf(id, body), connection: 'close' });
  outgoing.end(body);
}

/** The same for a socket on which Node has no request to answer. */
export function writeRawProblem({ nextRequestId, problems: words }: Gateway, socket: Duplex, code: ProblemCode): void {
  const id = nextRequestId();
  const body = words.body(code, id);
  const { status } = problems[code];
  const fields = Object.entries({ ...headersOf(id, body), connection: 'close', date: new Date().toUTCString() });
  const head = [`HTTP/1.1 ${status} ${reasons[status] ?? ''}`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

function headersOf(id: string, body: string) {
  return {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': id,
    'cache-control': 'no-store',
  };
}

/** The refusal of a request that Node's parser took and that cannot be read as a URL. */
export function targetProblem({ nextRequestId, problems: words }: Gateway, error: unknown): Response {
  const isHost = error instanceof Error && /host/i.test(error.message);
  const code = isHost ? 'header_invalid' : 'target_invalid';
  const id = nextRequestId();
  const body = words.body(code, id);
  return new Response(body, { status: problems[code].status, headers: headersOf(id, body) });
}
