import { openAdmin } from '#tests/support/admin';
import { cpuBetween, readCpu, readRssMiB, type CpuSeconds } from '../cpu-meter.ts';
import { closedLoop } from '../load/closed-loop.ts';
import { expectCorrect, untilApplied } from '../quiesce.ts';
import type { BenchServices } from '../systems/services.ts';
import { makeKeys, startSystem } from '../systems/system.ts';
import { signAll } from './saturation.ts';

export interface GrowthStep {
  readonly events: number;
  /** Per event, of each part. */
  readonly cpuMs: CpuSeconds;
  readonly gatewayMiB: number;
  readonly workerMiB: number;
}

const connections = 64;
const tenants = 20;

/** The same load again and again on one set of processes: what an event costs, and what the processes hold, as the books grow. */
export async function grow(
  services: BenchServices,
  run: string,
  steps: number,
  eventsPerStep: number,
): Promise<GrowthStep[]> {
  const db = openAdmin(services.databaseUrl, 2);
  const running = await startSystem('tributary', services);
  const keys = await makeKeys(services, run, tenants);
  const grown: GrowthStep[] = [];
  try {
    let accepted = 0;
    for (let step = 0; step < steps; step++) {
      const requests = signAll(keys, eventsPerStep, `${run}-${step}`);
      const before = readCpu(running.pids);
      const load = await closedLoop(running.port, requests, connections);
      await untilApplied(db);
      accepted += load.accepted;
      grown.push({
        events: accepted,
        cpuMs: perEvent(cpuBetween(before, readCpu(running.pids)), load.accepted),
        gatewayMiB: readRssMiB(running.pids.get('gateway') ?? 0),
        workerMiB: readRssMiB(running.pids.get('worker') ?? 0),
      });
    }
    await expectCorrect(db, run, accepted);
    return grown;
  } finally {
    await running.stop();
    await db.end();
  }
}

function perEvent(seconds: CpuSeconds, events: number): CpuSeconds {
  return Object.fromEntries(Object.entries(seconds).map(([part, used]) => [part, (used / events) * 1_000]));
}
