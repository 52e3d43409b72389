import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { GatewayApp } from './app.ts';
import { answerParserError, type Exchange } from './answers/answer-parser-error.ts';
import { targetProblem, writeProblem, writeRawProblem } from './answers/write-problem.ts';
import type { GatewayConfig } from './config.ts';
import { createConnections, type Connections } from './limits/connections.ts';
import { peerPrefix } from './request/client-address.ts';
import { isHostSound } from './request/host.ts';

const headersTimeoutMs = 6_000;
const requestTimeoutMs = 8_000;
const checkingIntervalMs = 1_000;
const headerBytesMax = 8 * 1024;
const requestsPerSocketMax = 10_000;

/** The HTTP server of a gateway: strict parser, slow senders cut off, every refusal with a problem. Not listening yet. */
export function createGatewayServer(
  app: GatewayApp,
  config: Pick<GatewayConfig, 'keepAliveTimeoutMs' | 'connectionsMax' | 'trustedProxies'>,
): Server {
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: checkingIntervalMs,
    keepAliveTimeout: config.keepAliveTimeoutMs,
    maxHeaderSize: headerBytesMax,
    // Checked by us: Node's own answer to a missing host has no body.
    requireHostHeader: false,
    insecureHTTPParser: false,
  });
  // Node silently drops headers over its count; their bytes are bounded anyhow.
  server.maxHeadersCount = 0;
  listen(server, app, config);
  return server;
}

const openConnections = new WeakMap<Server, Connections>();

/** Closes connections on which nothing was ever sent: Node counts them as busy until their time for headers is over. */
export function closeUnused(server: Server): void {
  for (const socket of openConnections.get(server)?.all() ?? []) if (socket.bytesRead === 0) socket.destroy();
}

function listen(
  server: Server,
  { hono, gateway }: GatewayApp,
  { connectionsMax, trustedProxies }: Pick<GatewayConfig, 'connectionsMax' | 'trustedProxies'>,
): void {
  const newest = new WeakMap<Duplex, Exchange & { readonly number: number }>();
  const connections = createConnections({
    max: connectionsMax,
    addressOf: (socket) => peerPrefix(socket, trustedProxies),
    isAtWork(socket) {
      const exchange = newest.get(socket);
      return exchange !== undefined && exchange.incoming.complete && !exchange.outgoing.writableFinished;
    },
  });
  openConnections.set(server, connections);
  server.on('connection', (socket: Socket) => {
    if (!connections.open(socket)) socket.destroy();
  });
  const fetch = getRequestListener((request, env) => hono.fetch(request, env), {
    errorHandler: (error) => targetProblem(gateway, error),
    autoCleanupIncoming: false,
    // HTTP/1.0 may name no host. Nothing is decided by it.
    hostname: 'gateway',
  });
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const number = (newest.get(incoming.socket)?.number ?? 0) + 1;
    newest.set(incoming.socket, { incoming, outgoing, number });
    // Node's own limit answers what was sent behind the last one by a 503 without a body.
    if (number >= requestsPerSocketMax) outgoing.shouldKeepAlive = false;
    if (isHostSound(incoming)) void fetch(incoming, outgoing);
    else writeProblem(gateway, outgoing, 'header_invalid');
  };
  server.on('request', onRequest);
  // The body reader writes 100 Continue: a request that is refused never sends its body.
  server.on('checkContinue', onRequest);
  server.on('checkExpectation', (_incoming, outgoing) => writeProblem(gateway, outgoing, 'header_invalid'));
  server.on('clientError', (error, socket) => answerParserError(gateway, error, socket, newest.get(socket)));
  server.on('connect', (_incoming, socket) => writeRawProblem(gateway, socket, 'target_invalid'));
}
