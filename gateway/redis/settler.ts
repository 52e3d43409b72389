import type { Redis } from 'ioredis';
import { retentionMs } from './settle.ts';

/** An attempt's hold on an idempotency key. */
export interface Hold {
  readonly recordKey: string;
  readonly shortFingerprint: string;
  readonly token: string;
}

export interface Settler {
  /** Never throws: what fails is counted, and the hold is given back later. */
  settle(hold: Hold, verb: 'C' | 'D', body: string): Promise<void>;
  /** To be given back when Redis answers again. */
  later(hold: Hold): void;
  releaseLate(): void;
  /** Resolves when nothing is under way. */
  done(): Promise<void>;
}

const heldMax = 10_000;

/**
 * Ends holds. Some may exist although their attempt was answered 503, since the script may have run after the gateway gave
 * up; they are given back when Redis answers again, and what does not fit ends with its lease.
 */
export function createSettler(redis: Redis, events: { onSettleFailed(error: unknown): void }): Settler {
  const late = new Map<string, Hold>();
  const underWay = new Set<Promise<unknown>>();
  const send = (hold: Hold, verb: 'C' | 'D', body: string) =>
    redis.settle(1, hold.recordKey, hold.shortFingerprint, hold.token, verb, body, String(retentionMs));
  const later = (hold: Hold) => {
    if (late.size < heldMax) late.set(`${hold.recordKey} ${hold.token}`, hold);
  };
  const settle = async (hold: Hold, verb: 'C' | 'D', body: string) => {
    const sent = send(hold, verb, body).catch((error: unknown) => {
      events.onSettleFailed(error);
      // After a lost completion too: without the hold a repeat finds the event's row at once.
      later(hold);
    });
    underWay.add(sent);
    await sent;
    underWay.delete(sent);
  };
  const releaseLate = () => {
    const holds = [...late.values()];
    late.clear();
    for (const hold of holds) send(hold, 'D', '').catch(() => undefined);
  };
  redis.on('ready', releaseLate);
  return {
    settle,
    later,
    releaseLate,
    async done() {
      await Promise.all(underWay);
    },
  };
}
