import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { codeOf } from '#domain/database-errors';
import type { Gateway } from '../gateway.ts';
import { writeRawProblem } from './write-problem.ts';

/** The newest request of a socket and its answer. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** What the HTTP parser refuses, and headers over their limit, are `header_invalid`. Who is too slow gets no answer. */
export function answerParserError(gateway: Gateway, error: Error, socket: Duplex, newest: Exchange | undefined): void {
  const code = codeOf(error) ?? '';
  const isRefusal = code.startsWith('HPE_');
  if (isRefusal) gateway.report.unparsed();
  if (!isRefusal || !socket.writable) return void socket.destroy();
  if (!newest || newest.outgoing.writableFinished) return writeRawProblem(gateway, socket, 'header_invalid');
  // Another request's answer is still to come on this socket: a refusal before it would be taken for it.
  if (newest.incoming.complete) return void newest.outgoing.once('finish', () => socket.destroy());
  if (newest.outgoing.headersSent) return void socket.destroy();
  writeRawProblem(gateway, socket, 'header_invalid');
}
