import { Client, Connection } from '@temporalio/client';
import type { TemporalEnv } from './env.ts';

/** For processes that host no worker: it starts runs plainly, and connects at its first call. */
export function openClient(env: TemporalEnv): { readonly client: Client; readonly close: () => Promise<void> } {
  const connection = Connection.lazy({
    address: env.address,
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
