import { setTimeout as sleep } from 'node:timers/promises';
import { bytesOf, type Draft } from './draft.ts';
import { exchange, type Reply } from './exchange.ts';
import { judge, type Wanted } from './judge.ts';
import { createRequests, type Requests, type SigningKey } from './requests.ts';

/** Keys that a case about key state needs; each of the same tenant. */
export const specialKeys = ['disabled', 'expired', 'eventsOnly', 'refusesV1', 'rotated', 'limited'] as const;
export type SpecialKey = (typeof specialKeys)[number];

export interface ProbeOptions {
  readonly baseUrl: string;
  readonly tenantId: string;
  readonly key: SigningKey;
  /** `rotated` has the secret before its current one beside it. */
  readonly special: Readonly<
    Partial<Record<SpecialKey, SigningKey & { readonly previousSecret?: string | undefined }>>
  >;
}

/** What a case works with: valid requests to spoil, and a way to send them. */
export interface Probe extends ProbeOptions, Requests {
  send(draft: Draft): Promise<Reply>;
  expect(draft: Draft, ...wanted: readonly Wanted[]): Promise<Reply>;
  get(target: string): Promise<Reply>;
}

/** At most so many requests a second, half of what a key may do by default. */
const paceMs = 20;
const waitsMax = 3;
const resetsMax = 3;

export async function createProbe(options: ProbeOptions): Promise<Probe> {
  const origin = new URL(options.baseUrl);
  let nextAt = 0;

  /** Takes its turn; what came too fast, or while the gateway was busy, is sent again as it is: such an answer burns no nonce. */
  async function send(draft: Draft): Promise<Reply> {
    for (let waits = 0; ; waits += 1) {
      const turn = Math.max(nextAt, Date.now());
      nextAt = turn + paceMs;
      await sleep(turn - Date.now());
      const reply = await exchangePatiently(origin, bytesOf(draft, origin.host));
      const isBusy = reply.status === 503 || (reply.status === 429 && !isLimited(draft));
      if (!isBusy || waits === waitsMax) return reply;
      await sleep(Number(reply.headers.get('retry-after') ?? 1) * 1_000);
    }
  }

  /** The key whose limit is the point of its case. */
  function isLimited({ headers }: Draft) {
    return headers.some(([name, value]) => name === 'x-provider-keyid' && value === options.special.limited?.keyId);
  }

  const { headers } = await send(plainGet('/healthz'));
  const date = Date.parse(headers.get('date') ?? '');
  const clockOffsetMs = Number.isNaN(date) ? 0 : date - Date.now();
  return {
    ...options,
    ...createRequests(options.tenantId, options.key, clockOffsetMs),
    send,
    get: (target) => send(plainGet(target)),
    async expect(draft, ...wanted) {
      const reply = await send(draft);
      judge(reply, wanted);
      return reply;
    },
  };
}

/** A gateway that refuses a body while it comes closes the connection, and that can overtake its answer. */
async function exchangePatiently(origin: URL, bytes: readonly Buffer[]): Promise<Reply> {
  for (let resets = 0; ; resets += 1) {
    try {
      return await exchange(origin, bytes);
    } catch (error) {
      const isReset =
        error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET');
      if (!isReset || resets === resetsMax) throw error;
    }
  }
}

function plainGet(target: string): Draft {
  return { method: 'GET', target, headers: [], body: Buffer.alloc(0), framing: 'whole' };
}
