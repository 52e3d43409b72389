import { createClient, type Client } from '#client/client';
import { TributaryError } from '#client/errors';
import type { IssuedKey } from '#prisma/federation-keys';
import type { Request } from './plan.ts';

/** What came back to one attempt; no status: nothing came back. */
export interface Answered {
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly id?: string;
  readonly isReplay?: boolean;
  readonly tookMs: number;
}

export interface Sender {
  /** One attempt, with a nonce and a timestamp of its own. */
  send(request: Request, options?: { readonly waitS?: number; readonly signal?: AbortSignal }): Promise<Answered>;
  clientOf(tenantId: string): Client;
  keyOf(tenantId: string): IssuedKey;
}

const timeoutMs = 12_000;

/** The tenants' own library, but without its retries: every answer counts here. */
export function createSender(baseUrl: string, keys: readonly IssuedKey[]): Sender {
  const clients = new Map<string, Client>();
  const keyOf = (tenantId: string) => {
    const key = keys.find((one) => one.tenantId === tenantId);
    if (!key) throw new Error(`no key for ${tenantId}`);
    return key;
  };
  const clientOf = (tenantId: string) => {
    const { keyId, secret } = keyOf(tenantId);
    const client = clients.get(tenantId) ?? createClient({ baseUrl, keyId, secret, attemptsMax: 1, timeoutMs });
    clients.set(tenantId, client);
    return client;
  };
  return {
    clientOf,
    keyOf,
    async send({ tenantId, idempotencyKey, route, body }, options = {}) {
      const client = clientOf(tenantId);
      const started = performance.now();
      const took = () => Math.round(performance.now() - started);
      try {
        const send = { idempotencyKey, ...options };
        const sent = route === 'usage' ? client.sendUsage(body, send) : client.sendEvent(body, send);
        const { id, isReplay } = await sent;
        return { status: 200, id, isReplay, tookMs: took() };
      } catch (error) {
        if (error instanceof TributaryError) return { status: error.status, code: error.code, tookMs: took() };
        if (options.signal?.aborted) return { tookMs: took() };
        throw error;
      }
    },
  };
}
