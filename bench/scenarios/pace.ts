import { openAdmin } from '#tests/support/admin';
import { percentile } from '../figures.ts';
import { makeEvents } from '../load/events.ts';
import { openLoop } from '../load/open-loop.ts';
import { signedRequest } from '../load/signed-request.ts';
import { expectCorrect, untilApplied } from '../quiesce.ts';
import type { BenchServices } from '../systems/services.ts';
import { makeKeys, startSystem } from '../systems/system.ts';

export interface PaceFigures {
  readonly ratePerS: number;
  readonly appliedP50Ms: number;
  readonly appliedP99Ms: number;
  readonly appliedMaxMs: number;
  readonly answerP50Ms: number;
  readonly answerP99Ms: number;
  /** Share of events that had a workflow of their own. */
  readonly ownWorkflows: number;
}

const tenants = 5;
const warmUpS = 5;

/** Events at a fixed pace; from the receipt of each to the verdict in the books, by the rows' own times. */
export async function pace(
  services: BenchServices,
  run: string,
  ratePerS: number,
  seconds: number,
): Promise<PaceFigures> {
  const db = openAdmin(services.databaseUrl, 2);
  const running = await startSystem('tributary', services);
  try {
    const send = async (name: string, count: number) => {
      const keys = await makeKeys(services, name, tenants);
      const events = keys.map((key) => makeEvents(key.tenantId, Math.ceil(count / tenants), name));
      return openLoop(running.port, ratePerS, count, (n) => {
        const key = keys[n % tenants];
        if (!key) throw new Error('no keys');
        return signedRequest(
          key,
          '/api/federation/events',
          JSON.stringify(events[n % tenants]?.[Math.floor(n / tenants)]),
          `${name}-${n}`,
        );
      });
    };
    await send(`${run}w`, ratePerS * warmUpS);
    const load = await send(run, ratePerS * seconds);
    await untilApplied(db);
    await expectCorrect(db, run, load.accepted);
    const { rows } = await db.query<{ ms: number; own: boolean }>(
      `select extract(epoch from decided_at - received_at)::float8 * 1000 as ms, workflow_id like 'event:%' as own
       from event_verdict where org_id like $1 || '-%' order by 1`,
      [run],
    );
    const lags = rows.map(({ ms }) => ms);
    return {
      ratePerS,
      appliedP50Ms: percentile(lags, 0.5),
      appliedP99Ms: percentile(lags, 0.99),
      appliedMaxMs: lags.at(-1) ?? Number.NaN,
      answerP50Ms: percentile(load.latenciesMs, 0.5),
      answerP99Ms: percentile(load.latenciesMs, 0.99),
      ownWorkflows: rows.filter(({ own }) => own).length / rows.length,
    };
  } finally {
    await running.stop();
    await db.end();
  }
}
