import type pg from 'pg';
import { makeEvents } from '../load/events.ts';
import { openLoop } from '../load/open-loop.ts';
import { signedRequest } from '../load/signed-request.ts';
import { percentile } from '../figures.ts';
import { untilApplied } from '../quiesce.ts';
import type { BenchServices } from '../systems/services.ts';
import { makeKeys } from '../systems/system.ts';

export const ratePerS = 100;
const tenants = 5;
const warmSeconds = 1;

/** How long each answer took, of all rounds together: so many that p99 is more than a few of them. */
export interface Answers {
  readonly aloneMs: readonly number[];
  readonly besideMs: readonly number[];
}

interface Asked {
  readonly services: BenchServices;
  readonly db: pg.Pool;
  readonly port: number;
  /** Names the keys and events of one run. */
  readonly name: string;
  readonly seconds: number;
}

/** Sends events at a pace and gives how long each answer took, but for those of the first second, once all of them are applied. */
export async function sendAtPace({ services, db, port, name, seconds }: Asked): Promise<readonly number[]> {
  const keys = await makeKeys(services, name, tenants);
  const count = ratePerS * (warmSeconds + seconds);
  const events = keys.map((key) => makeEvents(key.tenantId, Math.ceil(count / tenants), name));
  const request = (n: number) => {
    const key = keys[n % tenants];
    if (!key) throw new Error('no keys');
    const event = events[n % tenants]?.[Math.floor(n / tenants)];
    return signedRequest(key, '/api/federation/events', JSON.stringify(event), `${name}-${n}`);
  };
  const load = await openLoop(port, ratePerS, count, request, ratePerS * warmSeconds);
  await untilApplied(db);
  if (load.accepted !== count) throw new Error(`${name}: ${JSON.stringify(load.others)}`);
  return load.latenciesMs;
}

export function reportAnswers(beside: string, { aloneMs, besideMs }: Answers): string {
  const sorted = [aloneMs, besideMs].map((answers) => answers.toSorted((a, b) => a - b));
  const row = (share: number, goal: string) => {
    const [alone = Number.NaN, during = Number.NaN] = sorted.map((answers) => percentile(answers, share));
    return `| p${share * 100} | ${alone.toFixed(1)} | ${during.toFixed(1)} | ${(during / alone).toFixed(2)} | ${goal} |`;
  };
  return `| answer, ms | without | ${beside} | ratio | goal |
|---|---|---|---|---|
${row(0.5, '')}
${row(0.99, 'at most 1.5')}`;
}
