import { Client, Connection } from '@temporalio/client';
import type { TemporalEnv } from './env.ts';

/** Between two tries to reach a server that is away: the library's own wait grows to two minutes, for which it would still seem away once it is back. */
const reconnectMaxMs = 1_000;

/** For processes that host no worker: it starts runs plainly, and connects at its first call. */
export function openClient(env: TemporalEnv): { readonly client: Client; readonly close: () => Promise<void> } {
  const connection = Connection.lazy({
    address: env.address,
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': reconnectMaxMs / 4,
      'grpc.max_reconnect_backoff_ms': reconnectMaxMs,
    },
    ...(env.apiKey !== undefined && { apiKey: env.apiKey }),
    ...(env.tls && {
      tls: {
        ...(env.tls.ca && { serverRootCACertificate: env.tls.ca }),
        ...(env.tls.pair && { clientCertPair: env.tls.pair }),
      },
    }),
  });
  return { client: new Client({ connection, namespace: env.namespace }), close: () => connection.close() };
}
