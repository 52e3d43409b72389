import type { Redis } from 'ioredis';
import { createBreaker } from '../limits/breaker.ts';
import { createDeadlines, DeadlinePassed } from '../limits/deadlines.ts';
import { leaseMs, nonceTtlMs, parseAdmission, type Admission } from './admit.ts';
import { isReadyWithin } from './connect.ts';
import { createSettler, type Hold } from './settler.ts';

/** One signed request as the admit script sees it. */
export interface AdmitCall {
  readonly tenantId: string;
  readonly keyId: string;
  readonly intervalUs: string;
  readonly toleranceUs: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly token: string;
  readonly hold: Hold | undefined;
}

export interface Admissions {
  /** What Redis decides; undefined when it is away. Never throws. */
  admit(call: AdmitCall): Promise<Admission | undefined>;
  /** Keeps the answer for repeats. Never throws; a failure costs a repeat one look at the row. */
  complete(hold: Hold, body: string): Promise<void>;
  /** Gives the idempotency key back; when Redis is away, as soon as it is there again. Never throws. */
  release(hold: Hold): Promise<void>;
  isAway(): boolean;
  close(): Promise<void>;
}

export interface AdmissionEvents {
  onSettleFailed(error: unknown): void;
  onAway(error: unknown): void;
  onBreaker(isOpen: boolean): void;
}

const timeoutsMax = 5;
const probeEveryMs = 250;
const resendWithinMs = 400;
// Whatever happens on the way, an answer is there within half a second.
const decidedWithinMs = 420;

/** The literal hash tag keeps a tenant's keys in one slot. Nothing from outside stands before it. */
export function recordKeyOf(tenantId: string, eventId: string): string {
  return `{${tenantId}}:i:${eventId.slice('evt_'.length)}`;
}

export function createAdmissions(redis: Redis, events: AdmissionEvents): Admissions {
  const settler = createSettler(redis, events);
  const breaker = createBreaker({
    failuresMax: timeoutsMax,
    probeEveryMs,
    probe: () => redis.ping(),
    onChange: (isOpen) => {
      events.onBreaker(isOpen);
      if (!isOpen) settler.releaseLate();
    },
  });
  const deadlines = createDeadlines(decidedWithinMs);
  const isAway = () => breaker.isOpen() || redis.status !== 'ready';
  return {
    async admit(call) {
      if (isAway()) return undefined;
      const attempt = { isGivenUp: false };
      try {
        const admission = await deadlines.within(sendTwice(redis, call, attempt));
        breaker.succeeded();
        return admission;
      } catch (error) {
        attempt.isGivenUp = true;
        if (isTimeout(error)) breaker.failed();
        events.onAway(error);
        if (call.hold && !isReply(error)) settler.later(call.hold);
        return undefined;
      }
    },
    complete: (hold, body) => settler.settle(hold, 'C', body),
    async release(hold) {
      if (isAway()) settler.later(hold);
      else await settler.settle(hold, 'D', '');
    },
    isAway,
    async close() {
      breaker.close();
      deadlines.close();
      await settler.done();
    },
  };
}

/** Where the connection died under it and is soon back, once more: the token makes a second run harmless. */
async function sendTwice(redis: Redis, call: AdmitCall, attempt: { readonly isGivenUp: boolean }): Promise<Admission> {
  try {
    return await send(redis, call);
  } catch (error) {
    if (isTimeout(error) || isReply(error) || !(await isReadyWithin(redis, resendWithinMs))) throw error;
    if (attempt.isGivenUp) throw error;
    return send(redis, call);
  }
}

async function send(redis: Redis, call: AdmitCall): Promise<Admission> {
  return parseAdmission(await redis.admit(call.hold ? 3 : 2, ...admitArguments(call)));
}

function admitArguments({ tenantId, keyId, nonce, hold, ...call }: AdmitCall): string[] {
  const keys = [`{${tenantId}}:r:${keyId}`, `{${tenantId}}:n:${keyId}:${nonce}`];
  if (hold) keys.push(hold.recordKey);
  const { intervalUs, toleranceUs, timestamp, token } = call;
  return [
    ...keys,
    intervalUs,
    toleranceUs,
    timestamp,
    String(nonceTtlMs),
    token,
    hold?.shortFingerprint ?? '',
    String(leaseMs),
  ];
}

function isTimeout(error: unknown): boolean {
  return error instanceof DeadlinePassed || (error instanceof Error && error.message === 'Command timed out');
}

/** Redis answered, with an error: it ran, or refused to run, what it was sent. */
function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
