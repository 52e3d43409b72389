import type { Call } from './attempt.ts';
import { createCaller, realEffects, type Effects } from './caller.ts';
import type { TenantEvent, UsageRow } from './events.ts';
import { readAccepted, readState, type Accepted, type EventState } from './results.ts';

export interface ClientOptions {
  /** Where the gateway is, without a path: `https://gateway.example.com`. */
  readonly baseUrl: string;
  readonly keyId: string;
  readonly secret: string;
  /** How long one attempt may take, besides what `waitS` asks for; 10 s unless said. */
  readonly timeoutMs?: number | undefined;
  /** Attempts per call; 3 unless said. */
  readonly attemptsMax?: number | undefined;
  /** How long all attempts of a call may take; 24 h unless said, and at most. */
  readonly totalMs?: number | undefined;
}

export interface SendOptions {
  /**
   * Names the request for ever: 1 to 255 printable ASCII characters. Keep it with what is to be sent before the first attempt,
   * and send the same bytes under it after a crash.
   */
  readonly idempotencyKey: string;
  /** Answer only when the books have changed, or after so many seconds (1 to 10). */
  readonly waitS?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Every method throws a TributaryError when the request was refused or got no answer, and a TypeError before sending nonsense. */
export interface Client {
  /** Bytes are sent as they are; an event is turned into bytes once. */
  sendEvent(event: TenantEvent | Uint8Array, options: SendOptions): Promise<Accepted>;
  /** 1 to 1,000 rows, all or nothing. */
  sendUsage(rows: readonly UsageRow[] | Uint8Array, options: SendOptions): Promise<Accepted>;
  /** What became of an accepted request. */
  state(id: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<EventState>;
}

export const eventsTarget = '/api/federation/events';
export const usageTarget = '/api/federation/usage';

const defaultTimeoutMs = 10_000;
const defaultAttemptsMax = 3;
/** So long the gateway answers a repeat from its store; later it still knows the request by its idempotency key. */
const totalMsMax = 24 * 60 * 60 * 1_000;

/** A client of one key, for any number of calls, in parallel too. */
export function createClient(options: ClientOptions, effects: Effects = realEffects): Client {
  const {
    keyId,
    secret,
    timeoutMs = defaultTimeoutMs,
    attemptsMax = defaultAttemptsMax,
    totalMs = totalMsMax,
  } = options;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(keyId)) throw new TypeError('keyId must be 1 to 64 of A-Z a-z 0-9 _ -');
  if (secret === '') throw new TypeError('secret must not be empty');
  const sender = { origin: readOrigin(options.baseUrl), keyId, secret, timeoutMs };
  const call = createCaller(sender, { attemptsMax, totalMs: Math.min(totalMs, totalMsMax) }, effects);
  return {
    sendEvent: async (event, send) => readAccepted(await call(post(eventsTarget, event, send))),
    sendUsage: async (rows, send) => readAccepted(await call(post(usageTarget, rows, send))),
    async state(id, { signal } = {}) {
      if (!/^[A-Za-z0-9_-]{1,128}$/.test(id)) throw new TypeError('id must be that of an accepted request');
      return readState(await call({ method: 'GET', target: `${eventsTarget}/${id}`, signal }));
    },
  };
}

function post(target: string, content: object, { idempotencyKey, waitS, signal }: SendOptions): Call {
  if (!/^[\x21-\x7e]{1,255}$/.test(idempotencyKey))
    throw new TypeError('idempotencyKey must be 1 to 255 printable ASCII characters');
  // A copy: what the caller does to its bytes while attempts go on must not change them.
  const body =
    content instanceof Uint8Array ? new Uint8Array(content) : new TextEncoder().encode(JSON.stringify(content));
  return { method: 'POST', target, idempotencyKey, body, waitS, signal };
}

/** The signature covers the path as the gateway receives it, so there is no room for a prefix. */
function readOrigin(baseUrl: string): string {
  const url = new URL(baseUrl);
  const isBare = `${url.origin}/` === url.href;
  if (!isBare || !/^https?:$/.test(url.protocol))
    throw new TypeError('baseUrl must be http(s)://host[:port] and nothing else');
  return url.origin;
}
