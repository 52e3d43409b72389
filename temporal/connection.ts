import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { TemporalEnv } from './env.ts';

/**
 * Client and worker of one process share this connection: only then the server hands a run that is started here to the worker here.
 * Fails while the server is away.
 */
export async function openNative(env: TemporalEnv): Promise<{ connection: NativeConnection; client: Client }> {
  const connection = await NativeConnection.connect({
    address: env.address,
    ...(env.apiKey !== undefined && { apiKey: env.apiKey }),
    ...(env.tls && { tls: tlsOf(env.tls) }),
    // Compression costs more than the bytes on loopback and inside a cluster.
    grpcCompression: { codec: env.apiKey === undefined ? 'none' : 'gzip' },
  });
  return { connection, client: new Client({ connection, namespace: env.namespace }) };
}

function tlsOf({ ca, pair }: NonNullable<TemporalEnv['tls']>) {
  return { ...(ca && { serverRootCACertificate: ca }), ...(pair && { clientCertPair: pair }) };
}
