import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Connection {
  exchange(request: Buffer): Promise<Answer>;
  close(): void;
}

const headEnd = '\r\n\r\n';

/**
 * One keep-alive connection, one request at a time. The library clients cost more CPU per request than the gateway does,
 * on the very cores that are measured; this one only knows answers with a content-length.
 */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let received = '';
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const answer = readAnswer(received);
    if (!answer || !waiting) return;
    received = '';
    const { resolve } = waiting;
    waiting = undefined;
    resolve(answer);
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection was closed')));
  return { exchange: (request) => send(socket, request, (next) => (waiting = next)), close: () => socket.destroy() };
}

function send(
  socket: Socket,
  request: Buffer,
  wait: (waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) return reject(new Error('the connection was closed'));
    wait({ resolve, reject });
    socket.write(request);
  });
}

function readAnswer(text: string): Answer | undefined {
  const end = text.indexOf(headEnd);
  if (end < 0) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
  const body = text.slice(end + headEnd.length);
  return body.length < length ? undefined : { status: Number(text.slice(9, 12)), body };
}
