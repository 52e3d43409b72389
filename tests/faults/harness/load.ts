import { setTimeout as sleep } from 'node:timers/promises';
import { openLedger, type Report } from './ledger.ts';
import { makePlan, type Request } from './plan.ts';
import { chooseSeed, createDice } from './random.ts';
import type { Answered } from './sender.ts';
import type { Stack } from './stack.ts';

export interface LoadOptions {
  readonly requests: number;
  readonly ratePerS: number;
  readonly tenants: number;
  /** Where it is sent, where that is not the gateway itself. */
  readonly to: string | undefined;
}

/** A load that runs while a test does its worst. */
export interface Load {
  readonly answers: readonly Answered[];
  /** Resolves when so many requests were sent. */
  sent(count: number): Promise<void>;
  /** Resolves when so many were answered 200. */
  accepted(count: number): Promise<void>;
  /** Sends the rest, then settles all of it. */
  finish(): Promise<Report>;
}

const defaults: LoadOptions = { requests: 120, ratePerS: 40, tenants: 4, to: undefined };
const pollMs = 10;
const besideFaultMs = 1_500;

/** How many it takes to send before, all through and after a fault of this length. */
export function requestsAround(faultMs: number): number {
  return Math.ceil(((faultMs + besideFaultMs) * defaults.ratePerS) / 1_000);
}

/** Sends at fixed times, whatever comes back: an open loop. */
export async function startLoad(stack: Stack, name: string, options: Partial<LoadOptions> = {}): Promise<Load> {
  const { requests, ratePerS, tenants, to } = { ...defaults, ...options };
  const seed = chooseSeed();
  const ledger = await openLedger(stack, `t${seed}`, tenants, to);
  const plan = makePlan({ dice: createDice(seed), tenants: ledger.tenants, requests });
  let sent = 0;
  const send = (request: Request) => {
    sent++;
    return ledger.send(request);
  };
  let isOver = false;
  const sending = sendAll(plan, ratePerS, send).finally(() => {
    isOver = true;
  });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      if (isOver) throw new Error('the load was over before it came so far');
      await sleep(pollMs);
    }
  };
  return {
    answers: ledger.answers,
    sent: (count) => until(() => sent >= count),
    accepted: (count) => until(() => ledger.answers.filter(({ status }) => status === 200).length >= count),
    async finish() {
      await sending;
      return ledger.settle(`${name}\n  seed ${seed}, ${plan.length} requests at ${ratePerS}/s of ${tenants} tenants`);
    },
  };
}

/** What one answer of a hundred took, or more. */
export function p99(answers: readonly Answered[]): number {
  const took = answers.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  return took[Math.floor(0.99 * took.length)] ?? 0;
}

async function sendAll(plan: readonly Request[], ratePerS: number, send: (request: Request) => Promise<Answered>) {
  const started = performance.now();
  const open: Promise<Answered>[] = [];
  for (const [index, request] of plan.entries()) {
    await sleep(Math.max(0, started + (index * 1_000) / ratePerS - performance.now()));
    open.push(send(request));
  }
  await Promise.all(open);
}
