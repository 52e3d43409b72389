import type pg from 'pg';
import { makeEvents } from '../load/events.ts';
import { openLoop } from '../load/open-loop.ts';
import { signedRequest } from '../load/signed-request.ts';
import { untilApplied } from '../quiesce.ts';
import type { BenchServices } from '../systems/services.ts';
import { makeKeys } from '../systems/system.ts';

export const ratePerS = 100;
const tenants = 5;

interface Asked {
  readonly services: BenchServices;
  readonly db: pg.Pool;
  readonly port: number;
  /** Names the keys and events of one run. */
  readonly name: string;
  readonly seconds: number;
}

/** Sends events at a pace and gives how long each answer took, once all of them are applied. */
export async function sendAtPace({ services, db, port, name, seconds }: Asked): Promise<readonly number[]> {
  const keys = await makeKeys(services, name, tenants);
  const count = ratePerS * seconds;
  const events = keys.map((key) => makeEvents(key.tenantId, Math.ceil(count / tenants), name));
  const load = await openLoop(port, ratePerS, count, (n) => {
    const key = keys[n % tenants];
    if (!key) throw new Error('no keys');
    const event = events[n % tenants]?.[Math.floor(n / tenants)];
    return signedRequest(key, '/api/federation/events', JSON.stringify(event), `${name}-${n}`);
  });
  await untilApplied(db);
  if (load.accepted !== count) throw new Error(`${name}: ${JSON.stringify(load.others)}`);
  return load.latenciesMs;
}
