import { issuesIn, textOf, type Answer } from './answer.ts';
import { attempt, type Call, type Sender } from './attempt.ts';
import { TributaryError } from './errors.ts';
import { leavesOpen, retryAfter, waitMs, type Tried } from './retry.ts';

/** The clock and the dice, so that a test need not wait. */
export interface Effects {
  now(): number;
  random(): number;
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

export interface Bounds {
  readonly attemptsMax: number;
  readonly totalMs: number;
}

/** A 2xx answer, after so many attempts. */
export interface Answered {
  readonly answer: Answer;
  readonly attempts: number;
}

/** Sends calls until they are answered or nothing more helps. What it learns of the gateway's clock serves later calls too. */
export function createCaller(sender: Sender, bounds: Bounds, effects: Effects): (call: Call) => Promise<Answered> {
  let clockOffsetMs = 0;
  return async (call) => {
    const deadline = effects.now() + bounds.totalMs;
    let tried: Tried = { attempts: 0, hasRenewedNonce: false, hasSetClock: false };
    let isOutcomeUnknown = false;
    for (;;) {
      const { answer, cause } = await attempt(sender, call, Math.floor((effects.now() + clockOffsetMs) / 1_000));
      tried = { ...tried, attempts: tried.attempts + 1 };
      if (answer && isOk(answer)) return { answer, attempts: tried.attempts };
      isOutcomeUnknown ||= leavesOpen(answer);
      const retry = tried.attempts < bounds.attemptsMax ? retryAfter(answer, tried) : undefined;
      const wait = retry ? waitMs(retry, tried.attempts, effects.random()) : 0;
      if (!retry || effects.now() + wait > deadline) throw failure(answer, tried.attempts, isOutcomeUnknown, cause);
      if (retry.clockMs !== undefined) clockOffsetMs = retry.clockMs - effects.now();
      tried = {
        attempts: tried.attempts,
        hasRenewedNonce: tried.hasRenewedNonce || retry.reason === 'nonce',
        hasSetClock: tried.hasSetClock || retry.reason === 'clock',
      };
      if (wait > 0) await effects.sleep(wait, call.signal);
    }
  };
}

export const realEffects: Effects = {
  now: Date.now,
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

function isOk({ status }: Answer) {
  return status >= 200 && status < 300;
}

function failure(answer: Answer | undefined, attempts: number, isOutcomeUnknown: boolean, cause: unknown) {
  if (!answer) {
    const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
    return new TributaryError(`no answer after ${tries}`, { attempts, isOutcomeUnknown, cause });
  }
  const { status, code, requestId, body } = answer;
  const detail = (body && textOf(body, 'detail')) ?? `HTTP ${status}`;
  const message = code ? `${code}: ${detail}` : detail;
  return new TributaryError(message, { status, code, requestId, issues: issuesIn(body), attempts, isOutcomeUnknown });
}
