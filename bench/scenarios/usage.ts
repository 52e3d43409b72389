import type pg from 'pg';
import { openAdmin } from '#tests/support/admin';
import { cpuBetween, readCpu, type CpuSeconds } from '../cpu-meter.ts';
import { closedLoop } from '../load/closed-loop.ts';
import { signedRequest } from '../load/signed-request.ts';
import { expectCorrect, untilApplied } from '../quiesce.ts';
import type { BenchServices } from '../systems/services.ts';
import { makeKeys, startSystem } from '../systems/system.ts';

export interface UsageFigures {
  /** Until the last row is in the books. */
  readonly rowsPerS: number;
  /** The same rows by bare multi-row inserts. */
  readonly bareRowsPerS: number;
  readonly requests: number;
  readonly warmUpRequests: number;
  readonly cpuByPart: CpuSeconds;
  readonly bareCpuByPart: CpuSeconds;
}

const connections = 4;
const rowsPerRequest = 1_000;
const tenants = 4;
const warmUpRequests = 60;
const hourMs = 3_600_000;

/** Usage requests of 1,000 rows, against bare inserts of the same rows into the same table; both on warm connections. */
export async function usage(services: BenchServices, run: string, requests: number): Promise<UsageFigures> {
  const db = openAdmin(services.databaseUrl, connections);
  const running = await startSystem('tributary', services);
  try {
    await send(`${run}w`, warmUpRequests);
    const ours = await metered(running.pids, () => send(run, requests));
    await expectCorrect(db, run, requests);
    await insertBare(db, `${run}w`, warmUpRequests);
    const bare = await metered(running.pids, () => insertBare(db, run, requests));
    await db.query("delete from usage_meter where event_id like 'bare-%'");
    const perS = (tookMs: number) => (requests * rowsPerRequest * 1_000) / tookMs;
    return {
      requests,
      warmUpRequests,
      rowsPerS: perS(ours.tookMs),
      bareRowsPerS: perS(bare.tookMs),
      cpuByPart: ours.cpu,
      bareCpuByPart: bare.cpu,
    };
  } finally {
    await running.stop();
    await db.end();
  }

  async function send(name: string, count: number) {
    const keys = await makeKeys(services, name, tenants);
    const bodies = Array.from({ length: count }, (_, n) => {
      const key = keys[n % tenants];
      if (!key) throw new Error('no keys');
      return signedRequest(key, '/api/federation/usage', JSON.stringify(usageRows(key.tenantId, n)), `${name}-${n}`);
    });
    const load = await closedLoop(running.port, bodies, connections);
    if (load.accepted !== count) throw new Error(`usage: ${JSON.stringify(load.others)}`);
    return load.tookMs + (await untilApplied(db));
  }
}

async function metered(programs: ReadonlyMap<string, number>, load: () => Promise<number>) {
  const before = readCpu(programs);
  const tookMs = await load();
  return { tookMs, cpu: cpuBetween(before, readCpu(programs)) };
}

function usageRows(tenantId: string, n: number) {
  const start = Date.UTC(2026, 0, 1) + n * hourMs;
  return Array.from({ length: rowsPerRequest }, (_, row) => ({
    tenantId,
    meter: `meter_${row % 10}`,
    quantity: row,
    windowStart: new Date(start).toISOString(),
    windowEnd: new Date(start + hourMs).toISOString(),
  }));
}

async function insertBare(db: pg.Pool, run: string, requests: number): Promise<number> {
  const org = `${run}-0`;
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let n = next++; n < requests; n = next++) {
        const rows = usageRows(org, n);
        await db.query({
          name: 'bare',
          text: `insert into usage_meter (org_id, event_id, row_index, meter, quantity, window_start, window_end, occurred_at, received_at)
            select $1, $2, row_number() over (), meter, quantity, window_start, window_end, now(), now()
            from unnest($3::text[], $4::numeric[], $5::timestamptz[], $6::timestamptz[]) as t(meter, quantity, window_start, window_end)`,
          values: [
            org,
            `bare-${n}`,
            rows.map((row) => row.meter),
            rows.map((row) => row.quantity),
            rows.map((row) => row.windowStart),
            rows.map((row) => row.windowEnd),
          ],
        });
      }
    }),
  );
  return performance.now() - started;
}
